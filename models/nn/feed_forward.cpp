#include "models/nn/feed_forward.h"

namespace heed::nn {

FeedForward load_feed_forward(const Weights& weights, const FeedForwardShape& shape, const FeedForwardNames& names) {
    const LinearShape widen{.in = shape.channels, .out = shape.hidden, .bias = shape.bias};
    const LinearShape narrow{.in = shape.hidden, .out = shape.channels, .bias = shape.bias};
    return {.up = load_linear(weights / names.up, widen),
            .gate = shape.gated ? load_linear(weights / names.gate, widen) : Linear(),
            .down = load_linear(weights / names.down, narrow),
            .activation = shape.activation};
}

Tensor feed_forward(Tensor x, const FeedForward& layer, Tensor residual) {
    Tensor hidden;  // [..,hidden]
    if (layer.gate.weight) {
        hidden = multiply(linear(x, layer.gate, {.activation = layer.activation}), linear(x, layer.up));
    } else {
        hidden = linear(x, layer.up, {.activation = layer.activation});
    }
    return linear(hidden, layer.down, {.residual = residual});
}

}  // namespace heed::nn
