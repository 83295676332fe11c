#include "models/nn/norm.h"

namespace heed::nn {

Norm load_norm(const Weights& weights, const NormShape& shape) {
    return {.gamma = weights.tensor("weight", {shape.channels}, {Init::Kind::constant, 1}),
            .beta = shape.rms ? Tensor() : weights.tensor("bias", {shape.channels}),
            .epsilon = shape.epsilon,
            .rms = shape.rms};
}

Tensor norm(Tensor x, const Norm& layer) {
    if (!layer) {
        return x;
    }
    return layer_norm(x, {.gamma = layer.gamma, .beta = layer.beta, .epsilon = layer.epsilon, .rms = layer.rms}).normed;
}

}  // namespace heed::nn
