#include "ops/activation.h"

#include <array>

#include "base/error.h"

namespace heed {
namespace {

constexpr std::array<std::string_view, 8> kNames{"none", "relu", "gelu", "gelu_tanh", "silu", "tanh", "sigmoid", "exp"};  // as the enum

}  // namespace

std::string_view to_string(Activation activation) {
    return kNames.at(static_cast<size_t>(activation));
}

Activation activation_from(std::string_view name) {
    for (size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) {
            return static_cast<Activation>(i);
        }
    }
    fail(ErrorKind::bad_model, "activation: expected none, relu, gelu, gelu_tanh, silu, tanh, sigmoid or exp, got '", name, "'");
}

}  // namespace heed
