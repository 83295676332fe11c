#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const std::vector<int64_t> axes = node.attributes.integers("axes");
    for (size_t i = 0; i < outputs[0].data.size(); ++i) {
        const std::vector<int64_t> to = coordinates_of(outputs[0].shape, i);
        std::vector<int64_t> from(to.size());
        for (size_t axis = 0; axis < axes.size(); ++axis) {
            from[static_cast<size_t>(axes[axis])] = to[axis];
        }
        outputs[0].data[i] = inputs[0]->data[index_of(inputs[0]->shape, from)];
    }
}

Case permute_case(Shape shape, std::vector<int> axes) {
    std::string order;
    for (int axis : axes) {
        order += text(order.empty() ? "" : ",", axis);
    }
    return {.name = text(shape, " as ", order),
            .build = [=](Graph& graph, DType dtype) { graph.output("y", permute(graph.input("x", shape, dtype), axes)); },
            .fills = {{"x", Fill::with_nan}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    std::vector<Case> out{
        permute_case({7, 13}, {1, 0}),
        permute_case({2, 3, 5, 7}, {0, 2, 1, 3}),
        permute_case({2, 3, 5, 7}, {3, 2, 1, 0}),
        permute_case({5, 2, 3}, {-1, 0, 1}),
        permute_case({2, 3, 2, 5, 3}, {4, 1, 3, 0, 2}),
        permute_case({3, 4, 8}, {1, 0, 2}),
        permute_case({2, 3, 2, 3, 2, 3, 2, 2}, {7, 5, 3, 1, 6, 4, 2, 0}),
        permute_case({1, 6, 1, 4}, {3, 2, 1, 0}),
        permute_case({4}, {0}),
        permute_case({61, 83}, {1, 0}),
        permute_case({7, 61, 16}, {1, 0, 2}),
        permute_case({5, 7, 6}, {1, 0, 2}),
    };
    Case timed = permute_case({3, 224, 224}, {1, 2, 0});  // an image, channels last
    timed.timed = true;
    out.push_back(timed);
    return out;
}

}  // namespace

OpReference reference_permute() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
