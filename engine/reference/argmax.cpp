#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/ranking.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node&, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto columns = static_cast<size_t>(inputs[0]->shape.last());
    for (size_t r = 0; r < outputs[0].data.size(); ++r) {
        const double* row = &inputs[0]->data[r * columns];
        size_t best = 0;
        for (size_t i = 1; i < columns; ++i) {
            best = ranks_before(row[i], row[best]) ? i : best;
        }
        outputs[0].data[r] = static_cast<double>(best);
    }
}

Case argmax_case(Shape shape, Fill fill = Fill::normal, std::string_view note = "") {
    return {.name = text(shape, note),
            .build = [=](Graph& graph, DType dtype) { graph.output("y", argmax(graph.input("x", shape, dtype))); },
            .fills = {{"x", fill}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

// Zeros of both signs are equals, two NaN too, and infinities are numbers like others.
Case special_case() {
    const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
    return {.name = "[4,3] zeros, NaN and infinities",
            .build =
                [](Graph& graph, DType dtype) {
                    graph.output("y", argmax(graph.input("x", {4, 3}, dtype)));
                },
            .values = {{"x", {-0.0, 0.0, -1, /**/ 1, nan, -nan, /**/ -infinity, -infinity, -infinity, /**/ 5, infinity, -infinity}}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    Case timed = argmax_case({8, 32000});
    timed.timed = true;
    return {argmax_case({1}),
            argmax_case({7, 131}),
            argmax_case({2, 3, 2, 2, 5}),
            argmax_case({3, 100003}),
            argmax_case({5, 1000}, Fill::lattice, " with equals"),
            argmax_case({3, 97}, Fill::constant, " of equals"),
            argmax_case({4, 61}, Fill::with_nan, " with NaN"),
            argmax_case({3, 129}, Fill::very_low, " of very low numbers"),
            argmax_case({7, 33}, Fill::masks, " of masks"),
            special_case(),
            timed};
}

}  // namespace

OpReference reference_argmax() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
