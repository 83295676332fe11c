#pragma once

#include "models/weights.h"

namespace heed::nn {

struct Linear {
    Tensor weight;  // [out,in], as PyTorch keeps it
    Tensor bias;    // [out], or absent
};

struct LinearShape {
    int64_t in = 0, out = 0;
    bool bias = true;
    std::vector<float> output_scale = {};  // a factor for each output, folded into weight and bias; empty: none
};
Linear load_linear(const Weights& weights, const LinearShape& shape);

// Some outputs of a layer whose tensors hold more: `whole` is its shape.
Linear load_outputs(const Weights& weights, const LinearShape& whole, int64_t begin, int64_t end);

// Several layers that read the same input, as one: their outputs side by side, in the order of the names.
Linear load_side_by_side(const Weights& weights, const std::vector<std::string>& names, const std::vector<LinearShape>& shapes);

struct LinearOptions {
    Activation activation = Activation::none;
    Tensor residual = {};  // [..,out], added last
};
Tensor linear(Tensor x, const Linear& layer, const LinearOptions& options = {});  // [..,in] -> [..,out]

}  // namespace heed::nn
