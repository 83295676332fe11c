// heed devices: what this machine has, what each device can do, and which one heed would take.
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"

namespace heed {
namespace {

std::string version(uint32_t packed) {
    return text(packed >> 22 & 0x7f, ".", packed >> 12 & 0x3ff, ".", packed & 0xfff);
}

// "basic, vote, arithmetic" from switches and their names.
struct Switch {
    const char* name;
    bool Caps::*on;
};

constexpr Switch kSubgroupOperations[] = {
    {"basic", &Caps::subgroup_basic},          {"vote", &Caps::subgroup_vote},       {"arithmetic", &Caps::subgroup_arithmetic},
    {"ballot", &Caps::subgroup_ballot},        {"shuffle", &Caps::subgroup_shuffle}, {"shuffle_relative", &Caps::subgroup_shuffle_relative},
    {"clustered", &Caps::subgroup_clustered},  {"quad", &Caps::subgroup_quad},       {"size_control", &Caps::subgroup_size_control},
    {"full_subgroups", &Caps::full_subgroups},
};

constexpr Switch kFormats[] = {
    {"fp16_storage", &Caps::fp16_storage},
    {"fp16_arithmetic", &Caps::fp16_arithmetic},
    {"bf16_storage", &Caps::bf16_storage},
    {"bf16_arithmetic", &Caps::bf16_arithmetic},
    {"int8_storage", &Caps::int8_storage},
    {"int8_arithmetic", &Caps::int8_arithmetic},
    {"int16", &Caps::int16},
    {"int64", &Caps::int64},
    {"fp64", &Caps::fp64},
    {"integer_dot", &Caps::integer_dot},
};

constexpr Switch kTools[] = {
    {"executable_properties", &Caps::executable_properties},
    {"performance_query", &Caps::performance_query},
    {"calibrated_timestamps", &Caps::calibrated_timestamps},
};

template <size_t N>
std::string names(const Caps& caps, const Switch (&switches)[N]) {
    std::string out;
    for (const Switch& s : switches) {
        out += caps.*s.on ? text(out.empty() ? "" : ", ", s.name) : std::string();
    }
    return out.empty() ? "none" : out;
}

template <size_t N>
nlohmann::json values(const Caps& caps, const Switch (&switches)[N]) {
    nlohmann::json out;
    for (const Switch& s : switches) {
        out[s.name] = caps.*s.on;
    }
    return out;
}

nlohmann::json limits_json(const Caps& caps) {
    return {{"max_invocations", caps.max_invocations},
            {"max_workgroup_size", caps.max_workgroup_size},
            {"max_workgroup_count", caps.max_workgroup_count},
            {"shared_bytes", caps.shared_bytes},
            {"push_bytes", caps.push_bytes},
            {"max_storage_buffers", caps.max_storage_buffers},
            {"max_binding_range", caps.max_binding_range},
            {"max_allocation", caps.max_allocation},
            {"max_buffer", caps.max_buffer},
            {"max_allocation_count", caps.max_allocation_count},
            {"storage_alignment", caps.storage_alignment},
            {"atom_size", caps.atom_size}};
}

nlohmann::json memory_json(const Caps& caps) {
    nlohmann::json heaps = nlohmann::json::array();
    for (const MemoryHeap& heap : caps.heaps) {
        heaps.push_back({{"size", heap.size}, {"budget", heap.budget}, {"device_local", heap.device_local}});
    }
    return {{"heaps", heaps}, {"unified", caps.unified_memory}, {"budget_known", caps.memory_budget}};
}

nlohmann::json matrices_json(const Caps& caps) {
    nlohmann::json out = nlohmann::json::array();
    for (const CooperativeMatrixShape& shape : caps.cooperative_matrix) {
        out.push_back({{"m", shape.m},
                       {"n", shape.n},
                       {"k", shape.k},
                       {"a", shape.a},
                       {"b", shape.b},
                       {"c", shape.c},
                       {"result", shape.result},
                       {"subgroup_scope", shape.subgroup_scope}});
    }
    return out;
}

nlohmann::json device_json(const DeviceSurvey::Entry& entry, size_t index, bool chosen) {
    const Caps& caps = entry.caps;
    nlohmann::json subgroup = values(caps, kSubgroupOperations);
    subgroup["size"] = caps.subgroup_size;
    subgroup["min_size"] = caps.min_subgroup_size;
    subgroup["max_size"] = caps.max_subgroup_size;
    return {{"index", index},
            {"name", caps.device_name},
            {"type", to_string(caps.type)},
            {"driver", caps.driver_name},
            {"driver_info", caps.driver_info},
            {"driver_version", caps.driver_version},
            {"uuid", caps.uuid},
            {"vendor_id", caps.vendor_id},
            {"device_id", caps.device_id},
            {"vulkan", version(caps.api_version)},
            {"compute", caps.compute},
            {"usable", entry.unusable.empty()},
            {"unusable", entry.unusable},
            {"chosen", chosen},
            {"limits", limits_json(caps)},
            {"memory", memory_json(caps)},
            {"subgroup", subgroup},
            {"formats", values(caps, kFormats)},
            {"cooperative_matrix", matrices_json(caps)},
            {"timestamps", {{"bits", caps.timestamp_bits}, {"nanoseconds", caps.timestamp_ns}}},
            {"tools", values(caps, kTools)}};
}

nlohmann::json as_json(const DeviceSurvey& survey) {
    nlohmann::json devices = nlohmann::json::array();
    for (size_t i = 0; i < survey.devices.size(); ++i) {
        devices.push_back(device_json(survey.devices[i], i, survey.chosen == i));
    }
    nlohmann::json out{{"devices", devices}, {"problems", survey.problems}, {"reason", survey.reason}};
    out["chosen"] = survey.chosen ? nlohmann::json(*survey.chosen) : nlohmann::json();
    return out;
}

std::string heaps_text(const Caps& caps) {
    std::string out;
    for (const MemoryHeap& heap : caps.heaps) {
        out += text(out.empty() ? "" : ", ", human_bytes(heap.size), heap.device_local ? " of its own" : " of the host's");
        out += heap.budget < heap.size ? text(" (", human_bytes(heap.budget), " free)") : std::string();
    }
    return out + (caps.unified_memory ? "; the host sees all of it" : "");
}

std::string matrices_text(const Caps& caps) {
    std::string out;
    for (const CooperativeMatrixShape& shape : caps.cooperative_matrix) {
        out += text(out.empty() ? "" : ", ", shape.m, "x", shape.n, "x", shape.k, " ", shape.a, " to ", shape.result);
    }
    return out.empty() ? "none" : out;
}

void print_device(const DeviceSurvey::Entry& entry, size_t index, const std::string& why_chosen) {
    const Caps& caps = entry.caps;
    const std::string sizes = caps.min_subgroup_size == caps.max_subgroup_size
                                  ? text(caps.subgroup_size)
                                  : text(caps.subgroup_size, " (", caps.min_subgroup_size, " to ", caps.max_subgroup_size, ")");
    std::cout << index << ": " << device_title(caps) << (why_chosen.empty() ? "" : "   <- heed takes this one: " + why_chosen) << "\n"
              << "   type        " << to_string(caps.type) << (caps.type == DeviceType::cpu ? ", a software device" : "") << "\n"
              << "   driver      " << caps.driver_name << " " << caps.driver_info << ", Vulkan " << version(caps.api_version) << "\n"
              << "   uuid        " << caps.uuid << "\n";
    if (!entry.unusable.empty()) {
        std::cout << "   unusable    it " << entry.unusable << "\n";
    }
    std::cout << "   memory      " << heaps_text(caps) << "\n"
              << "   limits      " << caps.max_invocations << " invocations and " << human_bytes(caps.shared_bytes)
              << " shared memory a workgroup; bindings up to " << human_bytes(caps.max_binding_range) << ", allocations up to "
              << human_bytes(caps.max_allocation) << "\n"
              << "   subgroups   " << sizes << ": " << names(caps, kSubgroupOperations) << "\n"
              << "   formats     " << names(caps, kFormats) << "\n"
              << "   matrices    " << matrices_text(caps) << "\n"
              << "   timestamps  " << (caps.timestamp_bits == 0 ? "none" : text(caps.timestamp_bits, " bits of ", caps.timestamp_ns, " ns"))
              << "; tools: " << names(caps, kTools) << "\n";
}

void print(const DeviceSurvey& survey) {
    for (size_t i = 0; i < survey.devices.size(); ++i) {
        print_device(survey.devices[i], i, survey.chosen == i ? survey.reason : "");
    }
    for (const std::string& problem : survey.problems) {
        std::cout << "problem: " << problem << "\n";
    }
}

}  // namespace

void add_devices(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("devices", "List the Vulkan devices, what they can do, and which one is used and why");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "Print JSON, with everything heed knows of each device");
    command->callback([&common, json] {
        const DeviceSurvey survey = survey_devices(common.device);
        if (*json) {
            std::cout << as_json(survey).dump(2) << "\n";
        } else {
            print(survey);
        }
        if (!survey.chosen) {
            fail(ErrorKind::no_device, survey.reason);
        }
    });
}

}  // namespace heed
