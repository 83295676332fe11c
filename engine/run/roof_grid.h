#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/caps.h"

namespace heed {

// Workgroups that keep a device busy with multiply-adds, one float of results an invocation: as many as a power of two says and the
// device takes.
struct RoofGrid {
    uint32_t workgroup, groups;

    explicit RoofGrid(const Caps& caps) {
        const bool processor = caps.type == DeviceType::cpu;
        workgroup = std::min({processor ? 8u : 256u, caps.max_invocations, caps.max_workgroup_size[0]});
        const uint64_t bound = caps.max_binding_range / sizeof(float) / workgroup;
        groups = std::bit_floor(
            static_cast<uint32_t>(std::min({uint64_t{processor ? 64u : 4096u}, bound, uint64_t{caps.max_workgroup_count[0]}})));
    }

    uint64_t result_bytes() const { return uint64_t{workgroup} * groups * sizeof(float); }
};

}  // namespace heed
