#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "params.h"

namespace heed {
namespace {

constexpr int64_t kMostK = 64;  // each costs a barrier or two; sampling wants no more

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    const int64_t k = node.attributes.integer("k");
    expect_float("top_k", "x", x);
    if (x.shape.rank() == 0) {
        fail(ErrorKind::bad_input, "top_k: expected at least one axis, got a scalar");
    }
    if (k < 1 || k > kMostK || k > x.shape.last()) {
        fail(ErrorKind::bad_input, "top_k: expected k from 1 to ", std::min(kMostK, x.shape.last()), " for ", x.shape, ", got ", k);
    }
    const Shape shape = x.shape.with(-1, k);
    return {{shape, x.dtype}, {shape, DType::i32}};
}

void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[0]);
    const Candidate candidates[] = {{"rows"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(x.dtype));
    const FlatLaunch launch = row_launch(lowering, *dispatch.kernel, x.shape.rows(), x.shape.last());
    dispatch.specialization = {launch.workgroup};
    dispatch.set_push(params::TopKParams{
        .rows = index32(x.shape.rows()), .columns = index32(x.shape.last()), .k = index32(node.attributes.integer("k"))});
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[0]), lowering.write(node.outputs[0]), lowering.write(node.outputs[1])};
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    return {.flops = static_cast<double>(graph.value(node.inputs[0]).shape.elements()), .bytes = bytes_touched(graph, node)};
}

}  // namespace

OpDef define_top_k() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

TopK top_k(Tensor x, int k) {
    expect_present("top_k", "x", x);
    Attributes attributes;
    attributes.set("k", k);
    const std::vector<Tensor> outputs = append_node(OpKind::top_k, {x}, std::move(attributes));
    return {outputs[0], outputs[1]};
}

}  // namespace heed
