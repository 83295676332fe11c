#pragma once

#include "models/weights.h"

namespace heed::nn {

struct Norm {
    Tensor gamma, beta;  // [C]; both absent: no norm at all
    double epsilon = 1e-5;
    bool rms = false;  // divides by the root mean square, takes no mean off, has no beta

    explicit operator bool() const { return static_cast<bool>(gamma); }
};

struct NormShape {
    int64_t channels = 0;
    double epsilon = 1e-5;
    bool rms = false;
    std::string weight = "weight", bias = "bias";  // what its tensors are called
};
Norm load_norm(const Weights& weights, const NormShape& shape);

// after(f(before(x)) + x). Pre-norm fills `before`, post-norm fills `after`; a norm that is absent changes nothing.
struct BranchNorms {
    Norm before, after;
};
enum class NormPlace { before, after };
BranchNorms load_branch_norms(const Weights& weights, const NormShape& shape, NormPlace place);

Tensor norm(Tensor x, const Norm& layer);  // [..,C] -> [..,C]; x itself where there is no norm

}  // namespace heed::nn
