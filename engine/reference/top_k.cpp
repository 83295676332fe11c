#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/ranking.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto k = static_cast<size_t>(node.attributes.integer("k"));
    const auto columns = static_cast<size_t>(inputs[0]->shape.last());
    std::vector<size_t> order(columns);
    for (size_t r = 0; r * k < outputs[0].data.size(); ++r) {
        const double* row = &inputs[0]->data[r * columns];
        std::iota(order.begin(), order.end(), size_t{0});
        std::ranges::stable_sort(order, [row](size_t a, size_t b) { return ranks_before(row[a], row[b]); });
        for (size_t i = 0; i < k; ++i) {
            outputs[0].data[r * k + i] = row[order[i]];
            outputs[1].data[r * k + i] = static_cast<double>(order[i]);
        }
    }
}

Case top_k_case(Shape shape, int k, Fill fill = Fill::normal, std::string_view note = "") {
    return {.name = text(shape, " ", k, " best", note),
            .build =
                [=](Graph& graph, DType dtype) {
                    const TopK best = top_k(graph.input("x", shape, dtype), k);
                    graph.output("values", best.values);
                    graph.output("indices", best.indices);
                },
            .fills = {{"x", fill}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

// All the best lie with one lane, whatever the number of lanes: its queue runs dry again and again.
Case one_lane_case() {
    Case made = top_k_case({1, 8192}, 24, Fill::normal, " all from one lane");
    std::vector<double>& x = made.values["x"];
    for (int i = 0; i < 8192; ++i) {
        x.push_back(i % 256 == 37 ? (i / 256 * 11) % 32 : -1 - i % 7);
    }
    made.fills.clear();
    return made;
}

std::vector<Case> cases() {
    Case timed = top_k_case({8, 32000}, 50);
    timed.timed = true;
    return {top_k_case({1}, 1),
            top_k_case({7, 131}, 5),
            top_k_case({2, 3, 1, 2, 11}, 3),
            top_k_case({3, 64}, 64),
            top_k_case({2, 100003}, 40),
            top_k_case({5, 1000}, 64, Fill::lattice, " with equals"),
            top_k_case({3, 97}, 17, Fill::constant, " of equals"),
            top_k_case({4, 61}, 7, Fill::with_nan, " with NaN"),
            top_k_case({7, 33}, 33, Fill::masks, " of masks"),
            top_k_case({3, 129}, 9, Fill::very_low, " of very low numbers"),
            one_lane_case(),
            timed};
}

}  // namespace

OpReference reference_top_k() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
