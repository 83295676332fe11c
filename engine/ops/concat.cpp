#include "base/error.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace heed {
namespace {

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& first = graph.value(node.inputs[0]);
    const int axis = expect_axis("concat", first.shape, node.attributes.integer("axis"));
    int64_t size = 0;
    for (ValueId id : node.inputs) {
        const Value& part = graph.value(id);
        if (part.dtype != first.dtype) {
            fail(ErrorKind::bad_input, "concat: expected parts of one dtype, got ", first.dtype, first.shape, " and ", part.dtype,
                 part.shape);
        }
        if (part.shape.rank() != first.shape.rank() || part.shape.with(axis, 1) != first.shape.with(axis, 1)) {
            fail(ErrorKind::bad_input, "concat: expected parts that differ in axis ", axis, " only, got ", first.shape, " and ",
                 part.shape);
        }
        size += part.shape[axis];
    }
    return {{first.shape.with(axis, size), first.dtype}};
}

void lower(Lowering& lowering, const Node& node) {
    const Value out = lowering.value(node.outputs[0]);
    const int axis = static_cast<int>(node.attributes.integer("axis"));
    View to = contiguous_view(node.outputs[0], out.shape);
    for (ValueId id : node.inputs) {
        const View from = lowering.view(id);
        to.shape = from.shape;
        copy_elements(lowering, node, from, to, out.dtype);
        to.offset += from.shape[axis] * to.stride(axis);
    }
}

}  // namespace

OpDef define_concat() {
    return {.infer = infer, .lower = lower, .cost = copy_cost, .accepts = accepts_strides};
}

Tensor concat(const std::vector<Tensor>& parts, int axis) {
    if (parts.empty()) {
        fail(ErrorKind::bad_input, "concat: expected at least one part, got none");
    }
    for (const Tensor& part : parts) {
        expect_present("concat", "every part", part);
    }
    if (parts.size() == 1) {
        expect_axis("concat", parts[0].shape(), axis);
        return parts[0];
    }
    Attributes attributes;
    attributes.set("axis", expect_axis("concat", parts[0].shape(), axis));
    return append_node(OpKind::concat, parts, std::move(attributes))[0];
}

}  // namespace heed
