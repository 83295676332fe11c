#include "ops/row_group.h"

#include <algorithm>
#include <array>
#include <bit>

#include "ops/flat.h"

namespace heed {

RowGroups row_groups(Lowering& lowering, const Node& node, int64_t rows, int64_t columns) {
    const Caps& caps = lowering.caps();
    // A CPU's subgroup is its vector unit, and more lanes are not faster; a GPU has idle lanes to bring to a long row.
    const bool whole_machine = caps.subgroup_size <= 8;
    const bool short_rows = columns <= int64_t{caps.subgroup_size} * 32;
    const bool can = caps.subgroup_size > 1;
    const Candidate by_subgroup[] = {{"subgroup", can}, {"rows"}};
    const Candidate by_workgroup[] = {{"rows"}, {"subgroup", can}};
    RowGroups out;
    out.kernel = &lowering.choose(node, whole_machine || short_rows ? by_subgroup : by_workgroup,
                                  dtype_suffix(lowering.value(node.inputs[0]).dtype));
    if (out.kernel->strategy == "rows") {
        const FlatLaunch launch = row_launch(rows, columns, caps);
        out.workgroup = launch.workgroup;
        out.grid = launch.grid;
        return out;
    }
    const uint32_t subgroups = whole_machine ? 1 : std::max(1u, std::min(caps.max_invocations, 128u) / caps.subgroup_size);
    out.workgroup = subgroups * caps.subgroup_size;
    out.rows = subgroups;
    out.grid = linear_grid(groups(rows, out.rows), caps);
    return out;
}

}  // namespace heed
