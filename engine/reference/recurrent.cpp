#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

struct Layer {
    const Array &x, &weight;
    const Array *bias, *first, *first_cell, *lengths;
    Cell cell;
    int64_t gates, hidden, directions, steps;

    // What a gate of a unit sums up over the state before.
    double recurrent(int64_t direction, int64_t gate, int64_t unit, const std::vector<double>& h) const {
        const int64_t row = (direction * gates + gate) * hidden + unit;
        double sum = bias != nullptr ? bias->data[static_cast<size_t>(row)] : 0;
        for (int64_t k = 0; k < hidden; ++k) {
            sum += weight.data[static_cast<size_t>(row * hidden + k)] * h[static_cast<size_t>(k)];
        }
        return sum;
    }

    double input(int64_t batch, int64_t at, int64_t direction, int64_t gate, int64_t unit) const {
        const int64_t column = (direction * gates + gate) * hidden + unit;
        return x.data[static_cast<size_t>((batch * steps + at) * directions * gates * hidden + column)];
    }
};

// The state of all units after position `at`, which h and c were before it.
void step(const Layer& layer, int64_t batch, int64_t at, int64_t direction, std::vector<double>& h, std::vector<double>& c) {
    const std::vector<double> before = h;
    for (int64_t unit = 0; unit < layer.hidden; ++unit) {
        const auto u = static_cast<size_t>(unit);
        double inputs[4] = {}, sums[4] = {};
        for (int64_t gate = 0; gate < layer.gates; ++gate) {
            inputs[gate] = layer.input(batch, at, direction, gate, unit);
            sums[gate] = layer.recurrent(direction, gate, unit, before);
        }
        const auto all = [&](int gate) { return inputs[gate] + sums[gate]; };
        switch (layer.cell) {
            case Cell::tanh: h[u] = std::tanh(all(0)); break;
            case Cell::relu: h[u] = std::isnan(all(0)) ? all(0) : std::max(all(0), 0.0); break;
            case Cell::lstm:
                c[u] = sigmoid(all(1)) * c[u] + sigmoid(all(0)) * std::tanh(all(2));
                h[u] = sigmoid(all(3)) * std::tanh(c[u]);
                break;
            case Cell::gru: {
                const double update = sigmoid(all(1)), fresh = std::tanh(inputs[2] + sigmoid(all(0)) * sums[2]);
                h[u] = (1 - update) * fresh + update * before[u];
                break;
            }
        }
    }
}

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array &x = *inputs[0], &weight = *inputs[1];
    const int64_t gates = node.attributes.integer("gates"), hidden = weight.shape[1];
    const Layer layer{.x = x,
                      .weight = weight,
                      .bias = inputs[2],
                      .first = inputs[3],
                      .first_cell = inputs[4],
                      .lengths = inputs[5],
                      .cell = static_cast<Cell>(node.attributes.integer("cell")),
                      .gates = gates,
                      .hidden = hidden,
                      .directions = weight.shape[0] / gates / hidden,
                      .steps = x.shape[1]};
    const int64_t width = layer.directions * hidden;
    for (int64_t b = 0; b < x.shape[0]; ++b) {
        const int64_t given = layer.lengths != nullptr ? static_cast<int64_t>(layer.lengths->data[static_cast<size_t>(b)]) : layer.steps;
        const int64_t length = std::clamp<int64_t>(given, 0, layer.steps);
        for (int64_t d = 0; d < layer.directions; ++d) {
            const int64_t state = b * width + d * hidden;
            const auto begin = [&](const Array* from) {
                std::vector<double> out(static_cast<size_t>(hidden), 0);
                for (size_t k = 0; from != nullptr && k < out.size(); ++k) {
                    out[k] = from->data[static_cast<size_t>(state) + k];
                }
                return out;
            };
            std::vector<double> h = begin(layer.first), c = begin(layer.first_cell);
            for (int64_t s = 0; s < length; ++s) {
                const int64_t at = d == 0 ? s : length - 1 - s;
                step(layer, b, at, d, h, c);
                std::copy(h.begin(), h.end(), outputs[0].data.begin() + (b * layer.steps + at) * width + d * hidden);
            }
            std::copy(h.begin(), h.end(), outputs[1].data.begin() + state);
            if (outputs.size() > 2) {
                std::copy(c.begin(), c.end(), outputs[2].data.begin() + state);
            }
        }
    }
}

struct Setup {
    Cell cell = Cell::lstm;
    int64_t batch = 1, steps = 1, hidden = 1, directions = 1;
    bool bias = true, first = false, constant_weight = true, half_weight = false;
    std::vector<double> lengths = {};
    Fill x = Fill::normal;
};

std::string_view name_of(Cell cell) {
    constexpr std::string_view kNames[] = {"tanh", "relu", "lstm", "gru"};
    return kNames[static_cast<size_t>(cell)];
}

Tensor weight_of(Graph& graph, const Setup& setup, DType dtype) {
    const Shape shape{setup.directions * gates_of(setup.cell) * setup.hidden, setup.hidden};
    const DType stored = setup.half_weight ? DType::f16 : dtype;
    if (!setup.constant_weight) {
        return graph.input("weight", shape, stored);
    }
    std::vector<float> values(static_cast<size_t>(shape.elements()));
    const float spread = std::exp2(-std::ceil(std::log2(static_cast<float>(setup.hidden)) / 2));  // halves hold the values too
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = (static_cast<float>(i * i % 23) * 0.125f - 1.375f) * spread;
    }
    const Tensor weight = graph.constant("weight", shape, values);
    graph.edit_value(weight.id()).dtype = stored;
    return weight;
}

Case layer_case(const Setup& s) {
    std::string name = text(name_of(s.cell), " ", s.batch, "x", s.steps, "x", s.hidden, s.directions == 2 ? " both ways" : "");
    name += s.lengths.empty() ? "" : " lengths";
    name += s.first ? " first" : "";
    name += s.constant_weight ? s.half_weight ? " f16 weight" : "" : " plain weight";
    name += s.x == Fill::normal ? "" : s.x == Fill::with_nan ? " NaN" : s.x == Fill::large ? " +-1e4" : " lattice";
    Case made{.name = name, .build = nullptr};
    made.build = [s](Graph& graph, DType dtype) {
        const int64_t rows = s.directions * gates_of(s.cell) * s.hidden, width = s.directions * s.hidden;
        RecurrentOptions options{.cell = s.cell};
        const Tensor x = graph.input("x", {s.batch, s.steps, rows}, dtype);
        if (s.bias) {
            options.bias = graph.input("bias", {rows}, dtype);
        }
        if (s.first) {
            options.first = graph.input("first", {s.batch, width}, dtype);
            options.first_cell = s.cell == Cell::lstm ? graph.input("first_cell", {s.batch, width}) : Tensor();
        }
        if (!s.lengths.empty()) {
            options.lengths = graph.dynamic("lengths", {s.batch});
        }
        const RecurrentResult result = recurrent(x, weight_of(graph, s, dtype), options);
        graph.output("y", result.out);
        graph.output("last", result.last);
        if (result.last_cell) {
            graph.output("last_cell", result.last_cell);
        }
    };
    made.fills = {{"x", s.x}};
    if (!s.lengths.empty()) {
        made.values["lengths"] = s.lengths;
    }
    made.f32 = {2e-5, 2e-5};
    made.f16 = {1e-2, 1e-2};  // every step rounds the state that the next one reads
    return made;
}

std::vector<Case> cases() {
    std::vector<Case> out;
    for (const Cell cell : {Cell::tanh, Cell::relu, Cell::lstm, Cell::gru}) {
        out.push_back(
            layer_case({.cell = cell, .batch = 3, .steps = 5, .hidden = 13, .directions = 2, .first = true, .lengths = {5, 1, 3}}));
        out.push_back(layer_case({.cell = cell, .batch = 3, .steps = 4, .hidden = 20, .bias = false, .constant_weight = false}));
    }
    out.push_back(
        layer_case({.cell = Cell::lstm, .batch = 7, .steps = 6, .hidden = 68, .directions = 2, .lengths = {0, 6, 2, 9, -1, 1, 5}}));
    out.push_back(layer_case({.cell = Cell::gru, .batch = 5, .steps = 3, .hidden = 72, .first = true, .lengths = {0, 3, 0, 2, 1}}));
    out.push_back(layer_case({.cell = Cell::lstm, .batch = 1, .steps = 1, .hidden = 1}));
    out.push_back(layer_case({.cell = Cell::gru, .batch = 9, .steps = 1, .hidden = 64, .first = true}));
    out.push_back(layer_case({.cell = Cell::lstm, .batch = 4, .steps = 1, .hidden = 128, .first = true, .half_weight = true}));
    out.push_back(layer_case({.cell = Cell::gru, .batch = 3, .steps = 7, .hidden = 30, .directions = 2, .half_weight = true}));
    out.push_back(layer_case({.cell = Cell::lstm, .batch = 5, .steps = 3, .hidden = 12, .x = Fill::large}));
    out.push_back(layer_case({.cell = Cell::gru, .batch = 5, .steps = 3, .hidden = 12, .x = Fill::with_nan}));
    out.push_back(layer_case({.cell = Cell::lstm, .batch = 1, .steps = 64, .hidden = 512}));
    out.back().timed = true;
    out.push_back(layer_case({.cell = Cell::lstm, .batch = 32, .steps = 16, .hidden = 256, .directions = 2}));
    out.back().timed = true;
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return layer_case({.cell = Cell::lstm, .batch = s[0], .steps = s[1], .hidden = s[2]});
}

}  // namespace

OpReference reference_recurrent() {
    return {.evaluate = evaluate, .cases = cases, .axes = "BxTxH", .axis_count = 3, .sized = sized};
}

}  // namespace heed::reference
