#include "ops/row_group.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <vector>

#include "ops/flat.h"

namespace heed {
namespace {

constexpr uint32_t kMostSubgroups = 8;  // that a workgroup is tried with

}  // namespace

RowGroups row_groups(Lowering& lowering, const Node& node, int64_t rows, int64_t columns, int64_t step) {
    const Caps& caps = lowering.caps();
    const bool short_rows = few_lanes(caps) || columns <= int64_t{caps.subgroup_size} * 32;  // else there are idle lanes to bring to a row
    const bool can = caps.subgroup_size > 1 && columns % step == 0;
    const Candidate by_subgroup[] = {{"subgroup", can}, {"rows"}};
    const Candidate by_workgroup[] = {{"rows"}, {"subgroup", can}};
    RowGroups out;
    out.kernel = &lowering.choose(node, short_rows ? by_subgroup : by_workgroup, dtype_suffix(lowering.value(node.inputs[0]).dtype));
    if (out.kernel->strategy == "rows") {
        const FlatLaunch launch = row_launch(lowering, *out.kernel, rows, columns);
        out.workgroup = launch.workgroup;
        out.grid = launch.grid;
        return out;
    }
    const uint32_t usual = few_lanes(caps) ? 1 : std::max(1u, std::min(caps.max_invocations, 128u) / caps.subgroup_size);
    std::vector<Tile> tiles{{std::to_string(usual * caps.subgroup_size)}};
    std::vector<uint32_t> subgroups{usual};
    for (uint32_t count = 1; count <= kMostSubgroups; count *= 2) {
        tiles.push_back({std::to_string(count * caps.subgroup_size), has_workgroup(caps, count * caps.subgroup_size)});
        subgroups.push_back(count);
    }
    out.rows = subgroups[lowering.choose_tile(*out.kernel, tiles)];
    out.workgroup = out.rows * caps.subgroup_size;
    out.grid = linear_grid(groups(rows, out.rows), caps);
    return out;
}

}  // namespace heed
