#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

int64_t columns_seen(const Node& node, const Array& x, const Array* lengths, int64_t row) {
    int64_t seen = x.shape.last();
    if (lengths != nullptr) {
        const auto batch = static_cast<size_t>(row / (x.shape.rows() / x.shape[0]));
        seen = std::clamp<int64_t>(static_cast<int64_t>(lengths->data[batch]), 0, seen);
    }
    return node.attributes.integer("causal") != 0 ? std::min(seen, row % x.shape[-2] + 1) : seen;
}

// What a row's centre does to the weight's logarithm: nothing, lowers it, or hides the column.
double lowered(const Node& node, const Array* centres, int64_t row, int64_t column) {
    if (centres == nullptr) {
        return 0;
    }
    const double reach = node.attributes.real("reach"), away = static_cast<double>(column) - centres->data[static_cast<size_t>(row)];
    if (std::abs(away) > reach) {
        return kMinusInfinity;
    }
    return node.attributes.integer("gaussian") != 0 ? -away * away * 2 / (reach * reach) : away * 0;
}

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array& x = *inputs[0];
    const Array* mask = inputs[1];
    const bool log = node.attributes.integer("log") != 0;
    const double scale = node.attributes.real("scale", 1);
    const int64_t columns = x.shape.last();
    for (int64_t row = 0; row < x.shape.rows(); ++row) {
        const int64_t seen = columns_seen(node, x, inputs[2], row);
        std::vector<double> scores(static_cast<size_t>(columns), kMinusInfinity), below;
        double top = kMinusInfinity, sum = 0;
        for (int64_t c = 0; c < seen; ++c) {
            const auto at = static_cast<size_t>(row * columns + c);
            below.push_back(lowered(node, inputs[3], row, c));
            if (below.back() == kMinusInfinity) {
                continue;
            }
            double& score = scores[static_cast<size_t>(c)];
            score = x.data[at] * scale + (std::isnan(below.back()) ? below.back() : 0);
            if (mask != nullptr) {
                score += mask->data[index_of(mask->shape, coordinates_of(x.shape, at))];
            }
            top = std::max(top, score);
        }
        for (int64_t c = 0; c < seen; ++c) {
            sum += top == kMinusInfinity ? scores[static_cast<size_t>(c)] * 0 + 0 : std::exp(scores[static_cast<size_t>(c)] - top);
        }
        const bool nothing = top == kMinusInfinity && std::ranges::none_of(scores, [](double s) { return std::isnan(s); });
        for (int64_t c = 0; c < columns; ++c) {
            const double score = scores[static_cast<size_t>(c)];
            const bool masked = nothing || c >= seen || below[static_cast<size_t>(c)] == kMinusInfinity;
            const double apart = masked ? kMinusInfinity : score - top + below[static_cast<size_t>(c)];
            outputs[0].data[static_cast<size_t>(row * columns + c)] =
                log ? (masked ? kMinusInfinity : apart - std::log(sum)) : (masked ? 0 : std::exp(apart) / sum);
        }
    }
}

struct Setup {
    Shape shape;
    Shape mask = {};  // no axes: none
    double scale = 1;
    bool causal = false, log = false;
    std::vector<double> lengths = {};
    double reach = -1;  // below 0: no centres
    bool gaussian = false;
};

Case softmax_case(const Setup& setup, std::string_view note, Fill x = Fill::normal, Fill mask = Fill::normal) {
    Case made{.name = text(setup.shape, " ", note), .build = nullptr};
    made.build = [setup](Graph& graph, DType dtype) {
        SoftmaxOptions options{.scale = setup.scale, .causal = setup.causal, .log = setup.log};
        if (setup.reach >= 0) {
            options.centres = graph.input("centres", Shape(setup.shape.sizes().first(static_cast<size_t>(setup.shape.rank() - 1))));
            options.reach = setup.reach;
            options.gaussian = setup.gaussian;
        }
        const Tensor in = graph.input("x", setup.shape, dtype);
        if (setup.mask.rank() > 0) {
            options.mask = graph.input("mask", setup.mask, dtype);
        }
        if (!setup.lengths.empty()) {
            options.key_lengths = graph.dynamic("lengths", Shape{setup.shape[0]});
        }
        graph.output("y", softmax(in, options));
    };
    made.fills = {{"x", x}};
    if (setup.mask.rank() > 0) {
        made.fills["mask"] = mask;
    }
    if (!setup.lengths.empty()) {
        made.values["lengths"] = setup.lengths;
    }
    return made;
}

// Rows that look around a place, which for some lies before the first column, behind the last or nowhere.
Case centred_case(const Setup& setup, std::string_view note) {
    Case made = softmax_case(setup, note);
    const int64_t columns = setup.shape.last(), rows = setup.shape.rows();
    std::vector<double>& centres = made.values["centres"];
    for (int64_t row = 0; row < rows; ++row) {
        centres.push_back(static_cast<double>(row * 5 % (4 * columns)) / 4);
    }
    centres[0] = -setup.reach - 0.5;
    centres[1] = static_cast<double>(columns) + 1e6;
    centres[2] = -setup.reach;
    centres[3] = std::numeric_limits<double>::quiet_NaN();
    centres[4] = static_cast<double>(columns - 1) + setup.reach;
    return made;
}

void add_centred(std::vector<Case>& out) {
    out.push_back(centred_case({.shape = {7, 31}, .reach = 3}, "centres"));
    out.push_back(centred_case({.shape = {2, 5, 17}, .reach = 0}, "centres, no reach"));
    out.push_back(centred_case({.shape = {3, 4, 53}, .log = true, .reach = 5.5}, "centres, log"));
    out.push_back(
        centred_case({.shape = {3, 7, 41}, .scale = 0.5, .lengths = {41, 0, 11}, .reach = 4, .gaussian = true}, "Gaussian, lengths"));
    out.push_back(
        centred_case({.shape = {2, 3, 23}, .mask = {2, 1, 23}, .log = true, .reach = 2, .gaussian = true}, "Gaussian, mask, log"));
    out.push_back(centred_case({.shape = {5, 300}, .reach = 120, .gaussian = true}, "Gaussian, far"));
}

std::vector<Case> cases() {
    std::vector<Case> out;
    add_centred(out);
    out.push_back(softmax_case({.shape = {7, 131}, .scale = 0.3}, "scaled"));
    out.push_back(softmax_case({.shape = {3, 5, 197}}, "plain"));
    out.push_back(softmax_case({.shape = {13, 1}}, "one column"));
    out.push_back(softmax_case({.shape = {3}}, "one row"));
    out.push_back(softmax_case({.shape = {2, 100003}}, "long rows"));
    out.push_back(softmax_case({.shape = {301, 7}}, "many short rows"));
    out.push_back(softmax_case({.shape = {5, 67}, .log = true}, "log"));
    out.push_back(softmax_case({.shape = {2, 3, 11, 17}, .mask = {2, 1, 1, 17}}, "mask of columns"));
    out.push_back(softmax_case({.shape = {2, 3, 11, 17}, .mask = {3, 11, 1}}, "mask of rows"));
    out.push_back(
        softmax_case({.shape = {2, 3, 11, 17}, .mask = {2, 1, 11, 17}, .scale = 0.125}, "mask shared by heads", Fill::normal, Fill::masks));
    out.push_back(
        softmax_case({.shape = {2, 3, 11, 17}, .mask = {2, 3, 11, 17}, .log = true}, "whole mask, log", Fill::normal, Fill::masks));
    out.push_back(softmax_case({.shape = {4, 2, 5, 37}, .lengths = {37, 0, 5, 1}}, "lengths"));
    out.push_back(softmax_case({.shape = {2, 3, 19, 13}, .causal = true}, "causal, more rows"));
    out.push_back(softmax_case({.shape = {2, 3, 13, 29}, .causal = true, .log = true, .lengths = {7, 29}}, "causal, lengths, log"));
    out.push_back(softmax_case({.shape = {11, 53}}, "+-1e4", Fill::large));
    out.push_back(softmax_case({.shape = {11, 53}}, "very low", Fill::very_low));
    out.push_back(softmax_case({.shape = {11, 53}}, "masked numbers", Fill::masks));
    out.push_back(softmax_case({.shape = {11, 53}}, "equal numbers", Fill::constant));
    out.push_back(softmax_case({.shape = {11, 53}}, "denormal", Fill::denormal));
    out.push_back(softmax_case({.shape = {11, 53}}, "NaN", Fill::with_nan));
    out.push_back(softmax_case({.shape = {11, 53}, .mask = {11, 53}, .log = true}, "NaN in the mask, log", Fill::normal, Fill::with_nan));
    Case timed = softmax_case({.shape = {12, 197, 197}, .scale = 0.125}, "of a ViT");
    timed.timed = true;
    out.push_back(timed);
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return softmax_case({.shape = {s[0], s[1], s[2]}}, "");
}

}  // namespace

OpReference reference_softmax() {
    return {.evaluate = evaluate, .cases = cases, .axes = "HxTxS", .axis_count = 3, .sized = sized};
}

}  // namespace heed::reference
