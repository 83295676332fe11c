#pragma once

#include <string_view>

#include "ops/ops.h"

namespace heed {

std::string_view to_string(Activation activation);  // "gelu_tanh"
double flops_of(Activation activation);             // for one number

}  // namespace heed
