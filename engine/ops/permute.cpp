#include "base/error.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace heed {
namespace {

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    const std::vector<int64_t> axes = node.attributes.integers("axes");
    if (axes.size() != static_cast<size_t>(x.shape.rank())) {
        fail(ErrorKind::bad_input, "permute: expected ", x.shape.rank(), " axes for ", x.shape, ", got ", axes.size());
    }
    std::vector<int64_t> sizes;
    std::vector<bool> seen(axes.size(), false);
    for (int64_t axis : axes) {
        const auto from = static_cast<size_t>(axis);
        if (seen[from]) {
            fail(ErrorKind::bad_input, "permute: expected every axis of ", x.shape, " once, got axis ", axis, " twice");
        }
        seen[from] = true;
        sizes.push_back(x.shape[static_cast<int>(from)]);
    }
    return {{Shape(sizes), x.dtype}};
}

std::optional<View> view(const Graph& graph, const Node& node, const View& input) {
    View out{.root = input.root, .offset = input.offset, .shape = graph.value(node.outputs[0]).shape, .strides = {}};
    for (int64_t axis : node.attributes.integers("axes")) {
        out.strides.push_back(input.stride(static_cast<int>(axis)));
    }
    return out;
}

void lower(Lowering& lowering, const Node& node) {
    const Value& out = lowering.value(node.outputs[0]);
    const View from = *view(lowering.graph(), node, lowering.view(node.inputs[0]));
    copy_elements(lowering, node, from, contiguous_view(node.outputs[0], out.shape), out.dtype);
}

}  // namespace

OpDef define_permute() {
    return {.infer = infer, .lower = lower, .cost = copy_cost, .view = view, .accepts = accepts_strides};
}

Tensor permute(Tensor x, const std::vector<int>& axes) {
    expect_present("permute", "x", x);
    std::vector<int64_t> positive;
    for (int axis : axes) {
        positive.push_back(expect_axis("permute", x.shape(), axis));
    }
    Attributes attributes;
    attributes.set("axes", std::move(positive));
    return append_node(OpKind::permute, {x}, std::move(attributes))[0];
}

}  // namespace heed
