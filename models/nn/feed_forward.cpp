#include "models/nn/feed_forward.h"

namespace heed::nn {

FeedForward load_feed_forward(const Weights& weights, const FeedForwardShape& shape, const FeedForwardNames& names,
                              const std::vector<float>& down_scale) {
    const LinearShape widen{.in = shape.channels, .out = shape.hidden, .bias = shape.bias};
    const LinearShape narrow{.in = shape.hidden, .out = shape.channels, .bias = shape.bias, .output_scale = down_scale};
    FeedForward layer{.down = load_linear(weights / names.down, narrow), .activation = shape.activation};
    if (shape.gated && !names.gate_and_up.empty()) {
        const LinearShape both{.in = shape.channels, .out = 2 * shape.hidden, .bias = shape.bias};
        layer.gate = load_outputs(weights / names.gate_and_up, both, 0, shape.hidden);
        layer.up = load_outputs(weights / names.gate_and_up, both, shape.hidden, 2 * shape.hidden);
        return layer;
    }
    layer.up = load_linear(weights / names.up, widen);
    layer.gate = shape.gated ? load_linear(weights / names.gate, widen) : Linear();
    return layer;
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
