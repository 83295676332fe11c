#include "models/recurrent/recurrent_shape.h"

#include <algorithm>

#include "heed.h"

namespace heed {
namespace {

constexpr int64_t kWidest = 1 << 16;

Cell read_cell(const Config& stack) {
    const std::string name = stack.string("cell");
    if (name == "lstm" || name == "gru" || name == "rnn") {
        return name == "lstm" ? Cell::lstm : name == "gru" ? Cell::gru : Cell::tanh;
    }
    stack.refuse("cell", "one of lstm, gru, rnn");
}

nn::Backwards read_backwards(const Config& stack) {
    if (stack.kind("bidirectional") != Config::Kind::text) {
        return stack.boolean_or("bidirectional", false) ? nn::Backwards::all_layers : nn::Backwards::none;
    }
    if (stack.string("bidirectional") != "first") {
        stack.refuse("bidirectional", "true, false or \"first\"");
    }
    return nn::Backwards::first_layer;
}

}  // namespace

nn::RecurrentShape read_recurrent_shape(const Config& stack, int64_t inputs) {
    nn::RecurrentShape shape{.cell = read_cell(stack),
                             .layers = static_cast<int>(stack.integer("layers", {1, 64})),
                             .inputs = inputs,
                             .hidden = stack.integer("hidden", {1, kWidest}),
                             .backwards = read_backwards(stack)};
    shape.residual_from = static_cast<int>(stack.integer_or("residual_from", -1, {-1, shape.layers}));
    for (int layer = std::max(shape.residual_from, 0); shape.residual_from >= 0 && layer < shape.layers; ++layer) {
        const int64_t below = layer == 0 ? inputs : shape.outputs(layer - 1);
        if (below != shape.outputs(layer)) {
            stack.refuse("residual_from", text("a layer that says as many numbers as it reads, not ", shape.outputs(layer), " of ", below));
        }
    }
    return shape;
}

}  // namespace heed
