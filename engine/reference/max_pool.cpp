#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array& x = *inputs[0];
    const auto attribute = [&](std::string_view name) { return node.attributes.integer(name); };
    for (size_t i = 0; i < outputs[0].data.size(); ++i) {
        const std::vector<int64_t> at = coordinates_of(outputs[0].shape, i);
        double best = -std::numeric_limits<double>::infinity();
        for (int64_t tap = 0; tap < attribute("size_y") * attribute("size_x") && !std::isnan(best); ++tap) {
            const int64_t h = at[1] * attribute("stride_y") + tap / attribute("size_x") - attribute("pad_y");
            const int64_t w = at[2] * attribute("stride_x") + tap % attribute("size_x") - attribute("pad_x");
            if (h >= 0 && h < x.shape[1] && w >= 0 && w < x.shape[2]) {
                const double value = x.data[index_of(x.shape, {at[0], h, w, at[3]})];
                best = value <= best ? best : value;  // so that NaN is taken
            }
        }
        outputs[0].data[i] = best;
    }
}

Case pool_case(Shape shape, MaxPoolOptions options, Fill fill = Fill::normal, std::string_view note = "") {
    return {.name = text(shape, " ", options.size_y, "x", options.size_x, " stride ", options.stride_y, "x", options.stride_x, " pad ",
                         options.pad_y, "x", options.pad_x, note),
            .build = [=](Graph& graph, DType dtype) { graph.output("y", max_pool(graph.input("x", shape, dtype), options)); },
            .fills = {{"x", fill}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    const MaxPoolOptions usual{.size_y = 3, .size_x = 3, .stride_y = 2, .stride_x = 2, .pad_y = 1, .pad_x = 1};
    Case timed = pool_case({1, 112, 112, 64}, usual);
    timed.timed = true;
    return {pool_case({1, 1, 1, 1}, {.size_y = 1, .size_x = 1, .stride_y = 1, .stride_x = 1}),
            pool_case({2, 7, 11, 5}, {}),
            pool_case({3, 13, 9, 3}, usual),
            pool_case({1, 31, 29, 13}, usual),
            pool_case({1, 5, 17, 7}, {.size_y = 2, .size_x = 5, .stride_y = 3, .stride_x = 1, .pad_y = 1, .pad_x = 2}),
            pool_case({2, 5, 5, 2}, usual, Fill::with_nan, " with NaN"),
            pool_case({1, 6, 6, 3}, usual, Fill::very_low, " of very low numbers"),
            pool_case({1, 4, 4, 2}, {.size_y = 4, .size_x = 4, .stride_y = 1, .stride_x = 1}, Fill::constant, " of equals"),
            timed};
}

}  // namespace

OpReference reference_max_pool() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
