#include "models/activation_name.h"

#include <algorithm>

namespace heed {
namespace {

struct Named {
    std::string_view name;
    Activation activation;
};
constexpr Named kNamed[] = {
    {"gelu", Activation::gelu},           {"gelu_new", Activation::gelu_tanh}, {"gelu_pytorch_tanh", Activation::gelu_tanh},
    {"gelu_fast", Activation::gelu_tanh}, {"relu", Activation::relu},          {"silu", Activation::silu},
    {"swish", Activation::silu},          {"tanh", Activation::tanh},
};

}  // namespace

std::optional<Activation> find_activation(std::string_view name) {
    const auto* const found = std::ranges::find(kNamed, name, &Named::name);
    return found == std::end(kNamed) ? std::nullopt : std::optional(found->activation);
}

Activation read_activation(const Config& config, std::string_view key) {
    if (const std::optional<Activation> found = find_activation(config.string_or(key, "gelu"))) {
        return *found;
    }
    std::string known;
    for (const Named& named : kNamed) {
        known += text(known.empty() ? "" : ", ", named.name);
    }
    config.refuse(key, "one of " + known);
}

}  // namespace heed
