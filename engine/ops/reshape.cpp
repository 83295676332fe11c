#include <algorithm>
#include <optional>

#include "base/error.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace heed {
namespace {

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    const Shape shape(node.attributes.integers("shape"));
    if (shape.elements() != x.shape.elements()) {
        fail(ErrorKind::bad_input, "reshape: expected a shape of ", x.shape.elements(), " elements like ", x.shape, ", got ", shape);
    }
    return {{shape, x.dtype}};
}

// Walks both shapes from the left in groups of equal element count: inside a group the input's axes must fold into one.
std::optional<View> view(const Graph& graph, const Node& node, const View& input) {
    View out{.root = input.root, .offset = input.offset, .shape = graph.value(node.outputs[0]).shape, .strides = {}};
    out.strides.assign(static_cast<size_t>(out.shape.rank()), 0);
    int from = 0, to = 0;
    while (from < input.shape.rank() && to < out.shape.rank()) {
        const int first_from = from, first_to = to;
        int64_t count_from = input.shape[from++], count_to = out.shape[to++];
        while (count_from != count_to) {
            if (count_from < count_to) {
                count_from *= input.shape[from++];
            } else {
                count_to *= out.shape[to++];
            }
        }
        int64_t stride = input.folded_stride(first_from, from - 1);
        if (stride < 0) {
            return std::nullopt;
        }
        for (int axis = to - 1; axis >= first_to; --axis) {
            out.strides[static_cast<size_t>(axis)] = stride;
            stride *= out.shape[axis];
        }
    }
    return out;  // what is left of either shape has size 1
}

void lower(Lowering& lowering, const Node& node) {
    const Value& out = lowering.value(node.outputs[0]);
    View from = lowering.view(node.inputs[0]);
    View to = contiguous_view(node.outputs[0], from.shape);  // the same order of elements under the input's shape
    copy_elements(lowering, node, from, to, out.dtype);
}

}  // namespace

OpDef define_reshape() {
    return {.infer = infer, .lower = lower, .cost = copy_cost, .view = view, .accepts = accepts_strides};
}

Tensor reshape(Tensor x, const Shape& shape) {
    expect_present("reshape", "x", x);
    Attributes attributes;
    attributes.set("shape", std::vector<int64_t>(shape.sizes().begin(), shape.sizes().end()));
    return append_node(OpKind::reshape, {x}, std::move(attributes))[0];
}

Tensor reshape(Tensor x, std::initializer_list<int64_t> sizes) {
    expect_present("reshape", "x", x);
    std::vector<int64_t> known(sizes);
    const auto left_over = std::ranges::find(known, 0);
    if (left_over != known.end()) {
        *left_over = 1;
        if (std::ranges::find(known, 0) != known.end()) {
            fail(ErrorKind::bad_input, "reshape: expected at most one size written as 0, got a second");
        }
        const int64_t product = Shape(known).elements();
        if (x.shape().elements() % product != 0) {
            fail(ErrorKind::bad_input, "reshape: expected sizes that divide the ", x.shape().elements(), " elements of ", x.shape(),
                 ", got a product of ", product);
        }
        *left_over = x.shape().elements() / product;
    }
    return reshape(x, Shape(known));
}

}  // namespace heed
