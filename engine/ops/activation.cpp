#include "ops/activation.h"

#include <array>

namespace heed {
namespace {

constexpr std::array<std::string_view, 8> kNames{"none", "relu", "gelu", "gelu_tanh", "silu", "tanh", "sigmoid", "exp"};  // as the enum

}  // namespace

std::string_view to_string(Activation activation) {
    return kNames.at(static_cast<size_t>(activation));
}

}  // namespace heed
