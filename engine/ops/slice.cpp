#include "base/error.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace heed {
namespace {

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    const int axis = expect_axis("slice", x.shape, node.attributes.integer("axis"));
    const int64_t begin = node.attributes.integer("begin"), end = node.attributes.integer("end");
    if (begin < 0 || end <= begin || end > x.shape[axis]) {
        fail(ErrorKind::bad_input, "slice: expected 0 <= begin < end <= ", x.shape[axis], " on axis ", axis, " of ", x.shape,
             ", got begin ", begin, " and end ", end);
    }
    return {{x.shape.with(axis, end - begin), x.dtype}};
}

std::optional<View> view(const Graph& graph, const Node& node, const View& input) {
    View out = input;
    out.offset += node.attributes.integer("begin") * input.stride(static_cast<int>(node.attributes.integer("axis")));
    out.shape = graph.value(node.outputs[0]).shape;
    return out;
}

void lower(Lowering& lowering, const Node& node) {
    const Value& out = lowering.value(node.outputs[0]);
    const View from = *view(lowering.graph(), node, lowering.view(node.inputs[0]));
    copy_elements(lowering, node, from, contiguous_view(node.outputs[0], out.shape), out.dtype);
}

}  // namespace

OpDef define_slice() {
    return {.infer = infer, .lower = lower, .cost = copy_cost, .view = view, .accepts = accepts_strides};
}

Tensor slice(Tensor x, int axis, int64_t begin, int64_t end) {
    expect_present("slice", "x", x);
    Attributes attributes;
    attributes.set("axis", expect_axis("slice", x.shape(), axis)).set("begin", begin).set("end", end);
    return append_node(OpKind::slice, {x}, std::move(attributes))[0];
}

}  // namespace heed
