#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "params.h"

namespace heed {
namespace {

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    expect_float("argmax", "x", x);
    if (x.shape.rank() == 0) {
        fail(ErrorKind::bad_input, "argmax: expected at least one axis, got a scalar");
    }
    return {{Shape(x.shape.sizes().first(static_cast<size_t>(x.shape.rank() - 1))), DType::i32}};
}

void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[0]);
    const Candidate candidates[] = {{"rows"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(x.dtype));
    const FlatLaunch launch = row_launch(lowering, *dispatch.kernel, x.shape.rows(), x.shape.last());
    dispatch.specialization = {launch.workgroup};
    dispatch.set_push(params::ArgmaxParams{.rows = index32(x.shape.rows()), .columns = index32(x.shape.last())});
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[0]), lowering.write(node.outputs[0])};
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    return {.flops = static_cast<double>(graph.value(node.inputs[0]).shape.elements()), .bytes = bytes_touched(graph, node)};
}

}  // namespace

OpDef define_argmax() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

Tensor argmax(Tensor x) {
    expect_present("argmax", "x", x);
    return append_node(OpKind::argmax, {x}, {})[0];
}

}  // namespace heed
