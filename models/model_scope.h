#pragma once

#include <string>

#include "models/checkpoint.h"
#include "models/json_config.h"

namespace heed {

// "bert." where the checkpoint has bert.TENSOR; "" where it was saved from the bare model and lacks the prefix. Throws bad_model where
// it has the tensor under neither name.
std::string find_model_scope(const Config& config, const Checkpoint& checkpoint, const std::string& type, const std::string& tensor);

}  // namespace heed
