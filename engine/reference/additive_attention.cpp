#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

constexpr size_t kQ = 0, kK = 1, kV = 2, kValues = 3, kKeyLengths = 4, kOwners = 5;

int64_t number(const Array* numbers, int64_t batch, int64_t otherwise) {
    return numbers == nullptr ? otherwise : static_cast<int64_t>(numbers->data[static_cast<size_t>(batch)]);
}

// The weights of the keys that a query row sees.
std::vector<double> weights_of(std::span<const Array* const> inputs, int64_t row, int64_t owner, int64_t seen) {
    const Array &q = *inputs[kQ], &k = *inputs[kK], &v = *inputs[kV];
    const int64_t size = v.shape[0];
    std::vector<double> weights;
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t s = 0; s < seen; ++s) {
        double score = 0;
        for (int64_t a = 0; a < size; ++a) {
            score += v.data[static_cast<size_t>(a)] * std::tanh(q.data[static_cast<size_t>(row * size + a)] +
                                                                k.data[static_cast<size_t>((owner * k.shape[1] + s) * size + a)]);
        }
        weights.push_back(score);
        top = std::max(top, score);
    }
    for (double& weight : weights) {
        weight = std::exp(weight - top);
        sum += weight;
    }
    for (double& weight : weights) {
        weight /= sum;
    }
    return weights;
}

void evaluate(const Graph&, const Node&, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array& values = *inputs[kValues];
    const int64_t queries = inputs[kQ]->shape[1], keys = values.shape[1], channels = values.shape[2];
    for (int64_t row = 0; row < outputs[0].shape.rows(); ++row) {
        const int64_t batch = row / queries, owner = std::clamp<int64_t>(number(inputs[kOwners], batch, batch), 0, values.shape[0] - 1);
        const int64_t seen = std::clamp<int64_t>(number(inputs[kKeyLengths], batch, keys), 0, keys);
        const std::vector<double> weights = weights_of(inputs, row, owner, seen);
        std::ranges::copy(weights, outputs[1].data.begin() + row * keys);
        for (int64_t i = 0; i < seen * channels; ++i) {
            outputs[0].data[static_cast<size_t>(row * channels + i % channels)] +=
                weights[static_cast<size_t>(i / channels)] * values.data[static_cast<size_t>(owner * keys * channels + i)];
        }
    }
}

struct Setup {
    int64_t batch = 1, queries = 1, keys = 1, size = 8, channels = 8;
    std::vector<double> lengths = {}, owners = {};
    int64_t rows = 0;  // of k and values, with owners
};

Case made(const Setup& setup, std::string_view note, std::map<std::string, Fill> fills = {}) {
    Case out{.name = text("B", setup.batch, " T", setup.queries, " S", setup.keys, " A", setup.size, " C", setup.channels, " ", note),
             .build = nullptr,
             .fills = std::move(fills)};
    out.build = [setup](Graph& graph, DType dtype) {
        const int64_t rows = setup.owners.empty() ? setup.batch : setup.rows;
        AdditiveAttentionOptions options;
        if (!setup.lengths.empty()) {
            options.key_lengths = graph.dynamic("lengths", {setup.batch});
        }
        if (!setup.owners.empty()) {
            options.key_owners = graph.input("owners", {setup.batch}, DType::i32);
        }
        const AdditiveAttentionResult result = additive_attention(
            graph.input("q", {setup.batch, setup.queries, setup.size}, dtype), graph.input("k", {rows, setup.keys, setup.size}, dtype),
            graph.input("v", {setup.size}, dtype), graph.input("values", {rows, setup.keys, setup.channels}, dtype), options);
        graph.output("out", result.out);
        graph.output("weights", result.weights);
    };
    for (const auto& [name, values] : {std::pair{"lengths", setup.lengths}, {"owners", setup.owners}}) {
        if (!values.empty()) {
            out.values[name] = values;
        }
    }
    return out;
}

void add_extremes(std::vector<Case>& out, const Setup& setup) {
    out.push_back(made(setup, "+-1e4", {{"q", Fill::large}, {"k", Fill::large}}));
    out.push_back(made(setup, "scores far apart", {{"v", Fill::large}}));
    out.push_back(made(setup, "very low", {{"q", Fill::very_low}}));
    out.push_back(made(setup, "equal numbers", {{"q", Fill::constant}, {"k", Fill::constant}}));
    out.push_back(made(setup, "denormal", {{"q", Fill::denormal}, {"k", Fill::denormal}}));
    for (const char* name : {"q", "k", "v", "values"}) {
        out.push_back(made(setup, text("NaN in ", name), {{name, Fill::with_nan}}));
    }
}

std::vector<Case> cases() {
    std::vector<Case> out;
    out.push_back(made({.batch = 3, .queries = 7, .keys = 19, .size = 13, .channels = 29}, "plain"));
    out.push_back(made({.batch = 2, .queries = 5, .keys = 1, .size = 11, .channels = 3}, "one key"));
    out.push_back(made({.batch = 2, .queries = 3, .keys = 17, .size = 1, .channels = 1}, "one term, one channel"));
    out.push_back(made({.batch = 5, .queries = 1, .keys = 31, .size = 24, .channels = 40, .lengths = {31, 0, 1, 30, 99}}, "lengths"));
    out.push_back(made({.batch = 3, .queries = 7, .keys = 19, .size = 12, .channels = 28, .lengths = {3, 19, 0}}, "in fours"));
    out.push_back(made({.batch = 2, .queries = 1, .keys = 700, .size = 9, .channels = 67, .lengths = {601, 700}}, "many keys"));
    out.push_back(made({.batch = 1, .queries = 2, .keys = 11, .size = 300, .channels = 521}, "long rows"));
    out.push_back(
        made({.batch = 6, .queries = 1, .keys = 13, .size = 8, .channels = 16, .owners = {1, 0, 1, 2, 2, 0}, .rows = 3}, "shared keys"));
    out.push_back(made({.batch = 4,
                        .queries = 6,
                        .keys = 23,
                        .size = 7,
                        .channels = 5,
                        .lengths = {23, 4, 0, 17},
                        .owners = {1, -1, 0, 2},  // the nearest
                        .rows = 2},
                       "shared keys, lengths"));
    add_extremes(out, {.batch = 2, .queries = 5, .keys = 21, .size = 15, .channels = 9, .lengths = {21, 8}});
    add_extremes(out, {.batch = 2, .queries = 6, .keys = 13, .size = 20, .channels = 12, .lengths = {13, 10}});
    out.push_back(made({.batch = 1, .queries = 2, .keys = 9, .size = 4, .channels = 8, .lengths = {3}}, "NaN behind the length",
                       {{"k", Fill::with_nan}, {"values", Fill::with_nan}}));
    out.push_back(made({.batch = 8, .queries = 1, .keys = 40, .size = 128, .channels = 256}, "of a step"));
    out.back().timed = true;
    out.push_back(made({.batch = 8, .queries = 30, .keys = 40, .size = 128, .channels = 256}, "of a batch"));
    out.back().timed = true;
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return made({.batch = s[0], .queries = s[1], .keys = s[2], .size = s[3], .channels = s[4]}, "");
}

}  // namespace

OpReference reference_additive_attention() {
    return {.evaluate = evaluate, .cases = cases, .axes = "BxTxSxAxC", .axis_count = 5, .sized = sized};
}

}  // namespace heed::reference
