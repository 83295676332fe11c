#include "models/nn/recurrent.h"

#include <cmath>

namespace heed::nn {
namespace {

// A tensor of both directions, one below the other.
Tensor both(const Weights& weights, const std::string& name, int directions, const Shape& shape, const Init& init) {
    if (directions == 1) {
        return weights.tensor(name, shape, init);
    }
    return weights.stacked({{name, shape, init}, {name + "_reverse", shape, init}});
}

RecurrentLayer load_layer(const Weights& weights, const RecurrentShape& shape, int layer) {
    const int64_t gates = gates_of(shape.cell) * shape.hidden;
    const int64_t below = layer == 0 ? shape.inputs : shape.outputs(layer - 1);
    const int64_t inputs = below + (layer == 0 || shape.all_beside ? shape.beside : 0);
    const Init init{Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(shape.hidden))};
    const auto load = [&](const char* name, const Shape& of) {
        return both(weights, text(name, "_l", layer), shape.directions(layer), of, init);
    };
    return {.input = {.weight = load("weight_ih", {gates, inputs}), .bias = load("bias_ih", {gates})},
            .weight = load("weight_hh", {gates, shape.hidden}),
            .bias = load("bias_hh", {gates})};
}

}  // namespace

int RecurrentShape::directions(int layer) const {
    return backwards == Backwards::all_layers || (backwards == Backwards::first_layer && layer == 0) ? 2 : 1;
}

RecurrentStack load_recurrent(const Weights& weights, const RecurrentShape& shape) {
    RecurrentStack stack{.layers = {}, .shape = shape};
    for (int layer = 0; layer < shape.layers; ++layer) {
        stack.layers.push_back(load_layer(weights, shape, layer));
    }
    return stack;
}

Unrolled unroll(Tensor x, const RecurrentStack& stack, const UnrollOptions& options) {
    Unrolled result{.out = x, .last = {}};
    for (size_t i = 0; i < stack.layers.size(); ++i) {
        const RecurrentLayer& layer = stack.layers[i];
        const RecurrentState first = options.first.empty() ? RecurrentState() : options.first.at(i);
        const Tensor below = result.out;
        const bool sees = options.beside && (i == 0 || stack.shape.all_beside);
        const Tensor inputs = linear(sees ? concat({below, options.beside}, 2) : below, layer.input);  // [B,T,D*G*H]
        const RecurrentResult here = recurrent(
            inputs, layer.weight,
            {.cell = stack.shape.cell, .bias = layer.bias, .first = first.hidden, .first_cell = first.cell, .lengths = options.lengths});
        const bool residual = stack.shape.residual_from >= 0 && static_cast<int>(i) >= stack.shape.residual_from;
        result.out = residual ? add(here.out, below) : here.out;
        result.last.push_back({here.last, here.last_cell});
    }
    return result;
}

}  // namespace heed::nn
