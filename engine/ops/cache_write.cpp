#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {
namespace {

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& cache = graph.value(node.inputs[0]);
    const Value& rows = graph.value(node.inputs[1]);
    const Value& starts = graph.value(node.inputs[2]);
    expect_state("cache_write", graph, node.inputs[0]);
    if (cache.shape.rank() != 2 && cache.shape.rank() != 3) {
        fail(ErrorKind::bad_input, "cache_write: expected 2 or 3 axes for the cache, got ", cache.shape);
    }
    expect_rank("cache_write", "the rows", rows, cache.shape.rank());
    if (rows.dtype != cache.dtype) {
        fail(ErrorKind::bad_input, "cache_write: expected rows of the cache's dtype ", cache.dtype, ", got ", rows.dtype);
    }
    if (rows.shape[0] > cache.shape[0] || (rows.shape.rank() == 3 && rows.shape[2] != cache.shape[2])) {
        fail(ErrorKind::bad_input, "cache_write: expected rows like those of the cache, for all of its batch or less, got ", rows.shape,
             " for a cache of ", cache.shape);
    }
    if (starts.kind != ValueKind::dynamic || starts.shape != Shape{rows.shape[0]}) {
        fail(ErrorKind::bad_input, "cache_write: expected a dynamic ", Shape{rows.shape[0]}, " of starts, got ", starts.dtype,
             starts.shape);
    }
    return {{cache.shape, cache.dtype, 0}};
}

void lower(Lowering& lowering, const Node& node) {
    const View rows = lowering.view(node.inputs[1]);  // [B,T,C] or [B,T]
    const bool flat = rows.shape.rank() == 2;
    const DType dtype = lowering.value(node.inputs[1]).dtype;
    const Window from = window(rows, dtype, Access::read, lowering.caps());
    const Candidate candidates[] = {{"flat"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(dtype));
    const FlatLaunch launch = flat_launch(lowering, *dispatch.kernel, rows.shape.elements());
    dispatch.specialization = {launch.workgroup};
    dispatch.set_push(params::CacheWriteParams{.count = index32(rows.shape.elements()),
                                               .new_rows = index32(rows.shape[1]),
                                               .columns = flat ? 1 : index32(rows.shape[2]),
                                               .capacity = index32(lowering.value(node.inputs[0]).shape[1]),
                                               .rows_offset = index32(from.offset),
                                               .batch_stride = index32(rows.stride(0)),
                                               .row_stride = index32(rows.stride(1)),
                                               .column_stride = flat ? 1 : index32(rows.stride(2)),
                                               .starts_offset = lowering.dynamic_offset(node.inputs[2])});
    dispatch.grid = launch.grid;
    dispatch.bindings = {from.binding, lowering.dynamics(), lowering.write(node.outputs[0])};
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    const Value& rows = graph.value(node.inputs[1]);
    return {.flops = 0,
            .bytes = 2.0 * static_cast<double>(rows.shape.elements()) * static_cast<double>(size_of(rows.dtype)) +
                     bytes_of(graph, node.inputs[2])};
}

bool accepts(const Graph&, const Node&, size_t index, const View&) {
    return index == 1;
}

}  // namespace

OpDef define_cache_write() {
    return {.infer = infer, .lower = lower, .cost = cost, .accepts = accepts};
}

Tensor cache_write(Tensor cache, Tensor rows, Tensor starts) {
    expect_present("cache_write", "the cache", cache);
    expect_present("cache_write", "the rows", rows);
    expect_present("cache_write", "the starts", starts);
    return append_node(OpKind::cache_write, {cache, rows, starts}, {})[0];
}

}  // namespace heed
