#pragma once

#include <string_view>

#include "ops/ops.h"

namespace heed {

std::string_view to_string(Activation activation);  // as attributes keep it: "gelu_tanh"
Activation activation_from(std::string_view name);

}  // namespace heed
