#include "base/error.h"
#include "ops/activation.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "params.h"

namespace heed {
namespace {

Activation function_of(const Node& node) {
    return static_cast<Activation>(node.attributes.integer("function"));
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    expect_float(to_string(function_of(node)), "x", x);
    return {{x.shape, x.dtype}};
}

void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[0]);
    const Candidate candidates[] = {{"flat"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(x.dtype));
    const FlatLaunch launch = flat_launch(lowering, *dispatch.kernel, x.shape.elements());
    dispatch.specialization = {launch.workgroup, static_cast<uint32_t>(function_of(node))};
    dispatch.set_push(params::UnaryParams{.count = index32(x.shape.elements())});
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[0]), lowering.write(node.outputs[0])};
    dispatch.in_place = 0;
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    const auto elements = static_cast<double>(graph.value(node.outputs[0]).shape.elements());
    return {.flops = flops_of(function_of(node)) * elements, .bytes = bytes_touched(graph, node)};
}

}  // namespace

OpDef define_unary() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

Tensor unary(Tensor x, Activation function) {
    expect_present(to_string(function), "x", x);
    if (function == Activation::none) {
        return x;
    }
    Attributes attributes;
    attributes.set("function", static_cast<int64_t>(function));
    return append_node(OpKind::unary, {x}, std::move(attributes))[0];
}

}  // namespace heed
