#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node&, std::span<const Array* const> inputs, std::span<Array> outputs) {
    outputs[0].data = inputs[0]->data;
}

Case reshape_case(Shape from, Shape to) {
    return {.name = text(from, " to ", to),
            .build = [=](Graph& graph, DType dtype) { graph.output("y", reshape(graph.input("x", from, dtype), to)); },
            .fills = {{"x", Fill::with_nan}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

// No strides can say this one: the copy must go through the permuted view.
Case permuted_case(Shape from, std::vector<int> axes, Shape to) {
    return {.name = text(from, " permuted, to ", to),
            .build = [=](Graph& graph, DType dtype) { graph.output("y", reshape(permute(graph.input("x", from, dtype), axes), to)); },
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    std::vector<Case> out{
        reshape_case({6, 35}, {2, 3, 5, 7}),
        reshape_case({7, 11, 13}, {1001}),
        reshape_case({1}, {}),
        reshape_case({2, 3}, {1, 3, 1, 2, 1}),
        permuted_case({5, 7}, {1, 0}, {35}),
        permuted_case({2, 3, 5, 7}, {0, 2, 1, 3}, {2, 5, 21}),
        permuted_case({3, 1, 8}, {1, 0, 2}, {4, 6}),
    };
    Case timed = permuted_case({12, 197, 64}, {1, 0, 2}, {197, 768});
    timed.timed = true;
    out.push_back(timed);
    return out;
}

}  // namespace

OpReference reference_reshape() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
