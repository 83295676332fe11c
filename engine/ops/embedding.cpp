#include <algorithm>
#include <numeric>

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
    const Value& table = graph.value(node.inputs[0]);
    const Value& ids = graph.value(node.inputs[1]);
    expect_float("embedding", "the table", table);
    expect_rank("embedding", "the table", table, 2);
    expect_dtype("embedding", "the ids", ids, DType::i32);
    if (ids.shape.rank() >= Shape::kMaxRank) {
        fail(ErrorKind::bad_input, "embedding: expected ids of at most ", Shape::kMaxRank - 1, " axes, got ", ids.shape);
    }
    std::vector<int64_t> sizes(ids.shape.sizes().begin(), ids.shape.sizes().end());
    sizes.push_back(table.shape.last());
    return {{Shape(sizes), table.dtype}};
}

// How many rows one binding may hold, such that the next window begins where a binding may begin.
int64_t window_rows(int64_t row_bytes, int64_t rows, const Caps& caps) {
    const auto range = static_cast<int64_t>(caps.max_binding_range);
    if (rows * row_bytes <= range) {
        return rows;
    }
    const int64_t step = caps.storage_alignment / std::gcd(row_bytes, int64_t{caps.storage_alignment});
    const int64_t fitting = range / row_bytes / step * step;
    if (fitting == 0) {
        fail(ErrorKind::unsupported, "embedding: expected ", step, " rows of ", row_bytes,
             " bytes to fit one binding, got a device that binds ", range, " bytes");
    }
    return fitting;
}

// A row read and written for each id that falls into so much of the table, taking ids as spread evenly; all ids are looked at.
Cost cost_of_window(const Graph& graph, const Node& node, double share) {
    const Value& out = graph.value(node.outputs[0]);
    const double elements = share * static_cast<double>(out.shape.elements());
    return {.flops = node.attributes.real("scale", 1) != 1 ? elements : 0,
            .bytes = 2 * elements * static_cast<double>(size_of(out.dtype)) + bytes_of(graph, node.inputs[1])};
}

// A vocabulary can be larger than what a device binds at once: each window of the table gets a dispatch, which writes the
// output rows whose ids fall into it; the first also writes NaN where an id is in no window.
void lower(Lowering& lowering, const Node& node) {
    const Value out = lowering.value(node.outputs[0]);
    const Shape table = lowering.value(node.inputs[0]).shape;
    const int64_t row_bytes = table.last() * static_cast<int64_t>(size_of(out.dtype));
    const int64_t step = window_rows(row_bytes, table[0], lowering.caps());
    const Candidate candidates[] = {{"fours", table.last() % 4 == 0}, {"flat"}};
    const Kernel& kernel = lowering.choose(node, candidates, dtype_suffix(out.dtype));
    const int64_t width = kernel.strategy == "fours" ? 4 : 1;
    const FlatLaunch launch = flat_launch(lowering, kernel, out.shape.elements() / width);
    const Window ids = read_integers(lowering, node.inputs[1]);
    for (int64_t first = 0; first < table[0]; first += step) {
        const int64_t rows = std::min(step, table[0] - first);
        Binding rows_binding = lowering.read(node.inputs[0]);
        rows_binding.offset += static_cast<uint64_t>(first * row_bytes);
        rows_binding.size = static_cast<uint64_t>(rows * row_bytes);
        Dispatch dispatch;
        dispatch.kernel = &kernel;
        dispatch.specialization = {launch.workgroup};
        dispatch.set_push(params::EmbeddingParams{.count = index32(out.shape.elements() / width),
                                                  .columns = index32(table.last() / width),
                                                  .first = index32(first),
                                                  .rows = index32(rows),
                                                  .table_rows = index32(table[0]),
                                                  .ids_offset = index32(ids.offset),
                                                  .scale = static_cast<float>(node.attributes.real("scale", 1))});
        dispatch.grid = launch.grid;
        dispatch.bindings = {rows_binding, ids.binding, lowering.write(node.outputs[0])};
        dispatch.cost = cost_of_window(lowering.graph(), node, static_cast<double>(rows) / static_cast<double>(table[0]));
        lowering.add(std::move(dispatch));
    }
}

Cost cost(const Graph& graph, const Node& node) {
    return cost_of_window(graph, node, 1);
}

}  // namespace

OpDef define_embedding() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

Tensor embedding(Tensor table, Tensor ids, double scale) {
    expect_present("embedding", "the table", table);
    expect_present("embedding", "the ids", ids);
    Attributes attributes;
    attributes.set("scale", scale);
    return append_node(OpKind::embedding, {table, ids}, std::move(attributes))[0];
}

}  // namespace heed
