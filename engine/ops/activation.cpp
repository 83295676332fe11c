#include "ops/activation.h"

#include <array>

namespace heed {
namespace {

constexpr std::array<std::string_view, 8> kNames{"none", "relu", "gelu", "gelu_tanh", "silu", "tanh", "sigmoid", "exp"};  // as the enum

// By the formula: relu, tanh and exp are one; gelu is x/2 * (1 + erf(x/sqrt 2)); gelu_tanh x/2 * (1 + tanh(x * (a + b x x))); sigmoid
// 1 / (1 + exp(-x)), whose sign is free; silu x times that.
constexpr std::array<double, 8> kFlops{0, 1, 5, 8, 4, 1, 3, 1};

}  // namespace

std::string_view to_string(Activation activation) {
    return kNames.at(static_cast<size_t>(activation));
}

double flops_of(Activation activation) {
    return kFlops.at(static_cast<size_t>(activation));
}

}  // namespace heed
