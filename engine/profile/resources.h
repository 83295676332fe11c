#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/executable.h"

namespace heed::profile {

// What people ask of a compiled kernel, whatever its driver calls it.
enum class Resource : uint8_t { registers, scalar_registers, spills, shared, scratch, instructions, code, occupancy };
inline constexpr std::array kResources{Resource::registers, Resource::scalar_registers, Resource::spills, Resource::shared,
                                       Resource::scratch,   Resource::instructions,     Resource::code,   Resource::occupancy};
std::string_view to_string(Resource resource);

// An amount under the driver's own name: {"VGPRs", 24, "an invocation"} or {"Subgroups per SIMD", 16, "subgroups a SIMD"}.
struct Amount {
    std::string name;
    double value = 0;
    std::string unit;
};

// What a kernel takes of the hardware, as far as the driver tells.
struct Resources {
    std::array<std::optional<Amount>, kResources.size()> amounts;
    uint32_t subgroup_size = 0;  // that it was compiled for; 0 where the driver does not tell

    const std::optional<Amount>& operator[](Resource resource) const { return amounts[static_cast<size_t>(resource)]; }
};

// Of several executables the worst of each: a run may take any of them. Occupancy is a hint and no measurement: how much of a kernel
// fits on the hardware at once, where a driver tells it or its registers alone decide; else (Intel) how wide it was compiled.
Resources resources_of(std::span<const Executable> executables);

}  // namespace heed::profile
