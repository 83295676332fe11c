#include "models/nn/norm.h"

namespace heed::nn {

Norm load_norm(const Weights& weights, const NormShape& shape) {
    return {.gamma = weights.tensor(shape.weight, {shape.channels}, {Init::Kind::constant, 1}),
            .beta = shape.rms ? Tensor() : weights.tensor(shape.bias, {shape.channels}),
            .epsilon = shape.epsilon,
            .rms = shape.rms};
}

BranchNorms load_branch_norms(const Weights& weights, const NormShape& shape, NormPlace place) {
    const Norm only = load_norm(weights, shape);
    return place == NormPlace::before ? BranchNorms{.before = only} : BranchNorms{.after = only};
}

Tensor norm(Tensor x, const Norm& layer) {
    if (!layer) {
        return x;
    }
    return layer_norm(x, {.gamma = layer.gamma, .beta = layer.beta, .epsilon = layer.epsilon, .rms = layer.rms}).normed;
}

}  // namespace heed::nn
