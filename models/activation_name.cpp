#include "models/activation_name.h"

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

Activation read_activation(const Config& config, std::string_view key) {
    const std::string name = config.string_or(key, "gelu");
    std::string known;
    for (const Named& named : kNamed) {
        if (named.name == name) {
            return named.activation;
        }
        known += text(known.empty() ? "" : ", ", named.name);
    }
    config.refuse(key, "one of " + known);
}

}  // namespace heed
