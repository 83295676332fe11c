#include <optional>

#include "base/error.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {
namespace {

DType target_of(const Node& node) {
    const std::string to = node.attributes.string("to");
    for (DType dtype : {DType::f32, DType::f16}) {
        if (to == to_string(dtype)) {
            return dtype;
        }
    }
    fail(ErrorKind::bad_input, "cast: expected to cast to f32 or f16, got ", to);
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    const DType to = target_of(node);
    if (x.dtype == DType::i32 && to != DType::f32) {
        fail(ErrorKind::bad_input, "cast: expected i32", x.shape, " to be cast to f32, got ", to);
    }
    return {{x.shape, to}};
}

// A cast to what it was (the plan may have widened both ends): its input.
std::optional<View> view(const Graph& graph, const Node& node, const View& input) {
    return graph.value(node.inputs[0]).dtype == target_of(node) ? std::optional(input) : std::nullopt;
}

void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[0]);
    if (x.dtype == target_of(node)) {
        copy_elements(lowering, node, lowering.view(node.inputs[0]), contiguous_view(node.outputs[0], x.shape), x.dtype);
        return;
    }
    const Candidate candidates[] = {{"flat"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(x.dtype, target_of(node)));
    const FlatLaunch launch = flat_launch(lowering, *dispatch.kernel, x.shape.elements());
    dispatch.specialization = {launch.workgroup};
    const Window from = read_integers(lowering, node.inputs[0]);  // or floats: only integers can be dynamic
    dispatch.set_push(params::CastParams{.count = index32(x.shape.elements()), .offset = index32(from.offset)});
    dispatch.grid = launch.grid;
    dispatch.bindings = {from.binding, lowering.write(node.outputs[0])};
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    return {.flops = 0, .bytes = bytes_touched(graph, node)};
}

}  // namespace

OpDef define_cast() {
    return {.infer = infer, .lower = lower, .cost = cost, .view = view};
}

Tensor cast(Tensor x, DType dtype) {
    expect_present("cast", "x", x);
    if (x.dtype() == dtype) {
        return x;
    }
    Attributes attributes;
    attributes.set("to", std::string(to_string(dtype)));
    return append_node(OpKind::cast, {x}, std::move(attributes))[0];
}

}  // namespace heed
