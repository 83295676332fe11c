#include <array>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

double join(ReduceKind kind, double a, double b) {
    if (kind == ReduceKind::sum || kind == ReduceKind::mean) {
        return a + b;
    }
    if (std::isnan(a) || std::isnan(b)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return kind == ReduceKind::min ? std::min(a, b) : std::max(a, b);  // log_sum_exp begins with the maximum
}

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto kind = static_cast<ReduceKind>(node.attributes.integer("kind"));
    const Shape& shape = inputs[0]->shape;
    const auto axis = static_cast<int>(node.attributes.integer("axis"));
    const auto length = static_cast<size_t>(shape[axis]), inner = static_cast<size_t>(shape.stride(axis));
    for (size_t i = 0; i < outputs[0].data.size(); ++i) {
        const size_t first = i / inner * inner * length + i % inner;
        double joined = inputs[0]->data[first];
        for (size_t n = 1; n < length; ++n) {
            joined = join(kind, joined, inputs[0]->data[first + n * inner]);
        }
        if (kind == ReduceKind::log_sum_exp && std::isfinite(joined)) {
            double sum = 0;
            for (size_t n = 0; n < length; ++n) {
                sum += std::exp(inputs[0]->data[first + n * inner] - joined);
            }
            joined += std::log(sum);
        }
        outputs[0].data[i] = kind == ReduceKind::mean ? joined / static_cast<double>(length) : joined;
    }
}

constexpr std::array<std::string_view, 5> kNames{"sum", "mean", "max", "min", "log_sum_exp"};

Case reduce_case(Shape shape, int axis, ReduceKind kind, Fill fill = Fill::normal, std::string_view note = "") {
    Case made{.name = text(kNames[static_cast<size_t>(kind)], " ", shape, " axis ", axis, note),
              .build = [=](Graph& graph, DType dtype) { graph.output("y", reduce(graph.input("x", shape, dtype), axis, kind)); },
              .fills = {{"x", fill}}};
    if (kind == ReduceKind::sum) {  // errors grow with what was added up, not with what is left of it
        made.f32.absolute = 1e-6 * static_cast<double>(shape[axis]);
    }
    if (fill == Fill::lattice) {
        made.f32 = {0, 0};
        made.f16 = {0, 1e-3};  // sums of lattice numbers need more bits than a half has
    }
    return made;
}

std::vector<Case> cases() {
    using enum ReduceKind;
    std::vector<Case> out;
    for (ReduceKind kind : {sum, mean, max, min, log_sum_exp}) {
        out.push_back(reduce_case({7, 131}, 1, kind));
        out.push_back(reduce_case({5, 37, 3}, 1, kind));
        out.push_back(reduce_case({3, 5, 2, 3, 7}, -1, kind, Fill::with_nan, " with NaN"));
        out.push_back(reduce_case({13, 11}, 0, kind, Fill::with_nan, " with NaN"));
        out.push_back(reduce_case({257}, 0, kind));
        out.push_back(reduce_case({3, 1}, 1, kind));
    }
    out.push_back(reduce_case({7, 3, 501}, 1, mean));  // several workgroups of columns
    out.push_back(reduce_case({11, 301}, 1, sum, Fill::lattice, " exact"));
    out.push_back(reduce_case({11, 61, 7}, 1, sum, Fill::lattice, " exact"));
    out.push_back(reduce_case({3, 97}, 1, mean, Fill::constant, " of equals"));
    out.push_back(reduce_case({5, 33}, 1, max, Fill::very_low, " of very low numbers"));
    out.push_back(reduce_case({5, 33, 2}, 1, min, Fill::large, " of +-1e4"));
    out.push_back(reduce_case({5, 33}, 1, max, Fill::masks, " of masks"));
    out.push_back(reduce_case({15, 33}, 1, log_sum_exp, Fill::masks, " of masks"));
    out.push_back(reduce_case({15, 33, 2}, 1, log_sum_exp, Fill::masks, " of masks"));
    out.push_back(reduce_case({5, 301}, 1, log_sum_exp, Fill::large, " of +-1e4"));
    out.push_back(reduce_case({3, 20011}, 1, log_sum_exp, Fill::normal, " of a vocabulary"));
    out.push_back(reduce_case({2, 10007}, 1, mean));
    for (int axis : {1, 2}) {  // the mean over tokens; over channels
        Case timed = reduce_case({8, 197, 768}, axis, mean);
        timed.timed = true;
        out.push_back(timed);
    }
    return out;
}

}  // namespace

OpReference reference_reduce() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
