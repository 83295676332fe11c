#pragma once

#include <string_view>

#include "ops/ops.h"

namespace heed {

std::string_view to_string(Activation activation);  // "gelu_tanh"

}  // namespace heed
