#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto axis = static_cast<size_t>(node.attributes.integer("axis"));
    for (size_t i = 0; i < outputs[0].data.size(); ++i) {
        std::vector<int64_t> at = coordinates_of(outputs[0].shape, i);
        at[axis] += node.attributes.integer("begin");
        outputs[0].data[i] = inputs[0]->data[index_of(inputs[0]->shape, at)];
    }
}

Case slice_case(Shape shape, int axis, int64_t begin, int64_t end) {
    return {.name = text(shape, " axis ", axis, " from ", begin, " to ", end),
            .build = [=](Graph& graph, DType dtype) { graph.output("y", slice(graph.input("x", shape, dtype), axis, begin, end)); },
            .fills = {{"x", Fill::with_nan}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    std::vector<Case> out{
        slice_case({17}, 0, 3, 16),      slice_case({17}, 0, 16, 17),          slice_case({5, 7, 11}, 1, 2, 5),
        slice_case({5, 7, 11}, 2, 0, 1), slice_case({5, 7, 11}, 0, 4, 5),      slice_case({2, 3, 4, 5, 6}, -2, 1, 4),
        slice_case({3, 64}, 1, 8, 40),   slice_case({2, 3, 4, 5, 6}, 4, 5, 6), slice_case({3, 5}, 0, 0, 3),
        slice_case({5, 14}, 1, 2, 12),   slice_case({61, 83}, 1, 3, 80),
    };
    Case timed = slice_case({197, 2304}, 1, 768, 1536);  // the keys in a joint projection
    timed.timed = true;
    out.push_back(timed);
    return out;
}

}  // namespace

OpReference reference_slice() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
