#include "profile/resources.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace heed::profile {

namespace {

// What one driver calls a resource, and in what it counts it. Rows of one resource are in the order in which they are believed.
struct Row {
    Resource resource;
    std::string_view name, unit;
    double scale = 1;
    std::string_view also = {};  // another number to be added
};

constexpr Row kRows[] = {
    {Resource::registers, "VGPRs", "an invocation"},              // RADV
    {Resource::registers, "numUsedVgprs", "an invocation"},       // AMDVLK and AMD's own
    {Resource::registers, "Register Count", "an invocation"},     // NVIDIA
    {Resource::registers, "Number of GPRs", "an invocation"},     // NVK, Honeykrisp
    {Resource::registers, "GRF registers", "a thread"},           // ANV
    {Resource::registers, "Max live registers", "a thread"},      // ANV before it told how many it takes
    {Resource::registers, "Registers used", "an invocation"},     // Turnip, PanVK
    {Resource::registers, "GPRs", "halves an invocation"},        // Honeykrisp
    {Resource::registers, "Registers", "vec4 an invocation"},     // PanVK, Midgard
    {Resource::registers, "Temp count", "an invocation"},         // PowerVR
    {Resource::scalar_registers, "SGPRs", "a subgroup"},          // RADV
    {Resource::scalar_registers, "numUsedSgprs", "a subgroup"},   // AMDVLK and AMD's own
    {Resource::scalar_registers, "Uniforms used", "a subgroup"},  // PanVK
    {Resource::scalar_registers, "Uniforms", "halves a subgroup"},
    {Resource::spills, "Spilled VGPRs", "registers", 1, "Spilled SGPRs"},
    {Resource::spills, "Spills to memory", "stores"},  // NVK
    {Resource::spills, "Spills", "stores"},            // ANV, PanVK, Honeykrisp
    {Resource::spills, "Spill Count", "stores"},       // ANV before Mesa 25.2, PowerVR
    {Resource::spills, "TMU Spills", "stores"},        // V3DV
    {Resource::spills, "STP Count", "stores"},         // Turnip: to the memory of an invocation
    {Resource::shared, "LDS size", "bytes a workgroup"},
    {Resource::shared, "ldsUsageSizeInBytes", "bytes a workgroup"},
    {Resource::shared, "Shared Memory Size", "bytes a workgroup"},     // NVIDIA
    {Resource::shared, "Workgroup Memory Size", "bytes a workgroup"},  // ANV
    {Resource::scratch, "Scratch size", "bytes a subgroup"},           // RADV
    {Resource::scratch, "scratchMemUsageInBytes", "bytes"},
    {Resource::scratch, "Local Memory Size", "bytes an invocation"},  // NVIDIA
    {Resource::scratch, "SLM size", "bytes an invocation"},           // NVK: shader local memory
    {Resource::scratch, "Scratch Memory Size", "bytes"},
    {Resource::scratch, "Scratch", "bytes an invocation"},
    {Resource::scratch, "Spill Size", "bytes"},
    {Resource::instructions, "Instructions", ""},
    {Resource::instructions, "Instruction count", ""},
    {Resource::instructions, "Inst group count", "groups"},
    {Resource::code, "Code size", "bytes"},
    {Resource::code, "Binary Size", "bytes"},    // NVIDIA
    {Resource::code, "Quadwords", "bytes", 16},  // PanVK, Midgard
    {Resource::occupancy, "Subgroups per SIMD", "subgroups a SIMD"},
    {Resource::occupancy, "Max warps/SM", "warps an SM"},
    {Resource::occupancy, "Max Waves Per Core", "waves a core"},
    {Resource::occupancy, "Threads", "threads a core"},
    {Resource::occupancy, "Thread Count", "threads a QPU"},
    {Resource::occupancy, "Max dispatch width", "lanes a thread"},
};

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::ranges::equal(a, b, {}, lower, lower);
}

const Statistic* find(const Executable& executable, std::string_view name) {
    const auto found = std::ranges::find_if(executable.statistics, [&](const Statistic& s) { return same_name(s.name, name); });
    return found == executable.statistics.end() ? nullptr : &*found;
}

std::optional<Amount> amount_of(const Executable& executable, Resource resource) {
    for (const Row& row : kRows) {
        const Statistic* s = row.resource == resource ? find(executable, row.name) : nullptr;
        if (!s) {
            continue;
        }
        // Turnip's code has the name of everyone's and another unit, which only the description tells
        const double scale = s->description.find("dwords") != std::string::npos ? 4 : row.scale;
        Amount amount{.name = s->name, .value = s->value * scale, .unit = std::string(row.unit)};
        if (const Statistic* other = row.also.empty() ? nullptr : find(executable, row.also)) {
            amount.name += " + " + other->name;
            amount.value += other->value;
        }
        return amount;
    }
    return {};
}

// NVIDIA's driver tells registers only. Its SMs have 65536 of them since 2014 and give them to a warp by 256; no SM takes more than
// 64 warps, many take fewer, and shared memory may leave room for fewer still.
std::optional<Amount> warps_by_registers(const Executable& executable) {
    const Statistic* registers = find(executable, "Register Count");
    if (!registers || registers->value <= 0) {
        return {};
    }
    const double warps = std::floor(65536 / (std::ceil(registers->value / 8) * 256));
    return Amount{.name = registers->name, .value = std::min(64.0, warps), .unit = "warps an SM at most"};
}

}  // namespace

std::string_view to_string(Resource resource) {
    switch (resource) {
        case Resource::registers: return "registers";
        case Resource::scalar_registers: return "scalar registers";
        case Resource::spills: return "spills";
        case Resource::shared: return "shared memory";
        case Resource::scratch: return "scratch";
        case Resource::instructions: return "instructions";
        case Resource::code: return "code size";
        default: return "occupancy";
    }
}

Resources resources_of(std::span<const Executable> executables) {
    Resources out;
    for (const Executable& executable : executables) {
        out.subgroup_size = std::max(out.subgroup_size, executable.subgroup_size);
        for (const Resource resource : kResources) {
            std::optional<Amount> amount = amount_of(executable, resource);
            const bool less_is_worse = resource == Resource::occupancy;
            if (!amount && less_is_worse) {
                amount = warps_by_registers(executable);
            }
            std::optional<Amount>& worst = out.amounts[static_cast<size_t>(resource)];
            if (amount && (!worst || (less_is_worse ? amount->value < worst->value : amount->value > worst->value))) {
                worst = std::move(amount);
            }
        }
    }
    return out;
}

}  // namespace heed::profile
