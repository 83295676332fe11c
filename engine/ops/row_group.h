#pragma once

#include <array>
#include <cstdint>

#include "ops/lowering.h"

namespace heed {

// The launch of a kernel built on shaders/include/row_group.glsl: "subgroup" gives each row a subgroup, "rows" a workgroup.
struct RowGroups {
    const Kernel* kernel = nullptr;
    uint32_t workgroup = 1;
    uint32_t rows = 1;  // a workgroup
    std::array<uint32_t, 3> grid{1, 1, 1};
};
// `step`: columns that a lane of the op's subgroups takes at a time; others are left to workgroups.
RowGroups row_groups(Lowering& lowering, const Node& node, int64_t rows, int64_t columns, int64_t step = 1);

}  // namespace heed
