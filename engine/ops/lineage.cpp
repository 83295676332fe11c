#include <algorithm>

#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "params.h"

namespace heed {
namespace {

constexpr size_t kTable = 0, kParents = 1, kStarts = 2;  // inputs

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& table = graph.value(node.inputs[kTable]);
    const Value& parents = graph.value(node.inputs[kParents]);
    expect_state("lineage", graph, node.inputs[kTable]);
    expect_dtype("lineage", "the table", table, DType::i32);
    expect_rank("lineage", "the table", table, 2);
    expect_rank("lineage", "the parents", parents, 1);
    const int64_t rows = parents.shape[0];
    expect_batch_numbers("lineage", "parents", parents, rows);
    expect_batch_numbers("lineage", "starts", graph.value(node.inputs[kStarts]), rows);
    if (rows > table.shape[0] || rows > params::kLineageCells) {
        fail(ErrorKind::bad_input, "lineage: expected at most ", std::min<int64_t>(table.shape[0], params::kLineageCells), " parents, got ",
             rows);
    }
    return {{table.shape, table.dtype, 0}};
}

void lower(Lowering& lowering, const Node& node) {
    const int64_t rows = lowering.value(node.inputs[kParents]).shape[0], columns = lowering.value(node.inputs[kTable]).shape[1];
    const int64_t tile = std::min(columns, int64_t{params::kLineageCells} / rows);
    const Candidate candidates[] = {{"columns"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(DType::i32));
    dispatch.specialization = {std::min({64u, lowering.caps().max_invocations, lowering.caps().max_workgroup_size[0]})};
    dispatch.set_push(params::LineageParams{.rows = index32(rows),
                                            .lines = index32(lowering.value(node.inputs[kTable]).shape[0]),
                                            .columns = index32(columns),
                                            .tile = index32(tile),
                                            .parents = lowering.dynamic_offset(node.inputs[kParents]),
                                            .starts = lowering.dynamic_offset(node.inputs[kStarts])});
    dispatch.grid = {groups(columns, tile), 1, 1};
    dispatch.bindings = {lowering.dynamics(), lowering.write(node.outputs[0])};
    dispatch.bindings[1].access = Access::read_write;
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    const double rows = static_cast<double>(graph.value(node.inputs[kParents]).shape[0]);
    return {.flops = 0,
            .bytes = 8 * rows * static_cast<double>(graph.value(node.inputs[kTable]).shape[1]) + bytes_of(graph, node.inputs[kParents]) +
                     bytes_of(graph, node.inputs[kStarts])};
}

}  // namespace

OpDef define_lineage() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

Tensor lineage(Tensor table, Tensor parents, Tensor starts) {
    expect_present("lineage", "the table", table);
    expect_present("lineage", "the parents", parents);
    expect_present("lineage", "the starts", starts);
    return append_node(OpKind::lineage, {table, parents, starts}, {})[0];
}

}  // namespace heed
