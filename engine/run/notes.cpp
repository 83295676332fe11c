#include "run/notes.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/cache_file.h"
#include "base/error.h"
#include "base/kernel.h"

namespace heed {
namespace {

std::filesystem::path path_of(const Caps& caps) {
    const std::filesystem::path directory = cache_directory();
    return directory.empty() ? directory : directory / text("device-", caps.uuid, ".json");
}

// A rebuilt kernel or an updated driver deserves a new trial.
std::string digest_of(std::string_view kernel) {
    const Kernel* found = find_kernel(kernel);
    return found == nullptr ? "" : std::to_string(found->digest);
}

std::string driver_of(const Caps& caps) {
    return text(caps.driver_name, " ", caps.driver_info, " ", caps.driver_version);
}

// Of the kernels that roofs are measured with.
std::string roof_digest() {
    uint64_t digest = 0;
    for (const Kernel& kernel : kernels()) {
        digest = kernel.op == "roof" ? digest * 31 + kernel.digest : digest;
    }
    return std::to_string(digest);
}

nlohmann::json to_json(const profile::Roofs& roofs) {
    nlohmann::json memory = nlohmann::json::array();
    for (const profile::Roofs::Level& level : roofs.memory) {
        memory.push_back({{"bytes", level.bytes}, {"bytes_per_second", level.bytes_per_second}});
    }
    return {{"day", roofs.day},
            {"kernels", roof_digest()},
            {"flops_f32", roofs.flops_f32},
            {"flops_f16", roofs.flops_f16},
            {"memory", memory},
            {"dispatch_seconds", roofs.dispatch_seconds},
            {"submit_seconds", roofs.submit_seconds},
            {"timestamp_seconds", roofs.timestamp_seconds}};
}

// Numbers that a division by them, or a line between them, can do something with.
bool plausible(const profile::Roofs& roofs, const Caps& caps) {
    const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
    const auto time = [](double x) { return std::isfinite(x) && x >= 0; };
    uint64_t before = 0;
    for (const profile::Roofs::Level& level : roofs.memory) {
        if (level.bytes <= before || !positive(level.bytes_per_second)) {
            return false;
        }
        before = level.bytes;
    }
    return !roofs.memory.empty() && positive(roofs.flops_f32) &&
           (caps.fp16_arithmetic ? positive(roofs.flops_f16) : roofs.flops_f16 == 0) && time(roofs.dispatch_seconds) &&
           positive(roofs.submit_seconds) && time(roofs.timestamp_seconds);
}

std::optional<profile::Roofs> roofs_from(const nlohmann::json& json, const Caps& caps) {
    profile::Roofs roofs;
    try {
        if (json.at("kernels") != roof_digest()) {
            return std::nullopt;
        }
        roofs.day = json.at("day").get<std::string>();
        roofs.flops_f32 = json.at("flops_f32").get<double>();
        roofs.flops_f16 = json.at("flops_f16").get<double>();
        roofs.dispatch_seconds = json.at("dispatch_seconds").get<double>();
        roofs.submit_seconds = json.at("submit_seconds").get<double>();
        roofs.timestamp_seconds = json.at("timestamp_seconds").get<double>();
        for (const nlohmann::json& level : json.at("memory")) {
            roofs.memory.push_back({level.at("bytes").get<uint64_t>(), level.at("bytes_per_second").get<double>()});
        }
    } catch (const nlohmann::json::exception&) {  // another version's, or damaged
        return std::nullopt;
    }
    return plausible(roofs, caps) ? std::optional(roofs) : std::nullopt;
}

}  // namespace

DeviceNotes load_notes(const Caps& caps) {
    DeviceNotes notes;
    const std::vector<std::byte> bytes = read_cache_file(path_of(caps));
    const char* text_begin = reinterpret_cast<const char*>(bytes.data());
    const nlohmann::json json = nlohmann::json::parse(text_begin, text_begin + bytes.size(), nullptr, false);
    const auto driver = json.find("driver");
    if (!json.is_object() || driver == json.end() || *driver != driver_of(caps)) {
        return notes;
    }
    const auto quarantined = json.find("quarantined");
    if (quarantined != json.end() && quarantined->is_object()) {
        for (const auto& [kernel, digest] : quarantined->items()) {
            if (digest.is_string() && digest == digest_of(kernel)) {
                notes.quarantined.insert(kernel);
            }
        }
    }
    const auto roofs = json.find("roofs");
    if (roofs != json.end()) {
        notes.roofs = roofs_from(*roofs, caps);
    }
    return notes;
}

void save_notes(const Caps& caps, const DeviceNotes& notes) {
    nlohmann::json json = {{"driver", driver_of(caps)}, {"device", caps.device_name}, {"quarantined", nlohmann::json::object()}};
    for (const std::string& kernel : notes.quarantined) {
        json["quarantined"][kernel] = digest_of(kernel);
    }
    if (notes.roofs) {
        json["roofs"] = to_json(*notes.roofs);
    }
    const std::string out = json.dump(2) + "\n";
    const std::filesystem::path path = path_of(caps);
    if (path.empty() || !write_cache_file(path, std::as_bytes(std::span(out)))) {
        fail(ErrorKind::bad_file, "device notes: ", path.empty() ? "no cache directory is set" : path.string() + " cannot be written");
    }
}

}  // namespace heed
