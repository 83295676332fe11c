#include "reference/activation.h"

#include <cmath>
#include <numbers>

namespace heed::reference {

double activate(Activation activation, double x) {
    switch (activation) {
        case Activation::none: return x;
        case Activation::relu: return x < 0 ? 0 : x;  // not max(): NaN stays NaN
        case Activation::gelu: return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
        case Activation::gelu_tanh: return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
        case Activation::silu: return x / (1 + std::exp(-x));
        case Activation::tanh: return std::tanh(x);
        case Activation::sigmoid: return 1 / (1 + std::exp(-x));
        case Activation::exp: return std::exp(x);
    }
    return x;
}

}  // namespace heed::reference
