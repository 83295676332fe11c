#pragma once

#include "models/nn/linear.h"

namespace heed::nn {

// down(act(up x)), or with a gate: down(act(gate x) * up x).
struct FeedForward {
    Linear up;    // C -> hidden
    Linear gate;  // C -> hidden, or absent
    Linear down;  // hidden -> C
    Activation activation = Activation::relu;
};

struct FeedForwardShape {
    int64_t channels = 0, hidden = 0;
    Activation activation = Activation::relu;
    bool gated = false;
    bool bias = true;
};

struct FeedForwardNames {
    std::string up = "up", gate = "gate", down = "down";
    std::string gate_and_up = {};  // where the checkpoint has both in one tensor, in that order
};
// down_scale: a factor for each channel of the result, as layer scale has it.
FeedForward load_feed_forward(const Weights& weights, const FeedForwardShape& shape, const FeedForwardNames& names = {},
                              const std::vector<float>& down_scale = {});

Tensor feed_forward(Tensor x, const FeedForward& layer, Tensor residual = {});  // [..,C] -> [..,C]

}  // namespace heed::nn
