#pragma once

#include <string_view>

#include "heed.h"
#include "models/json_config.h"

namespace heed {

// The activation a config file names under that key, by the names published checkpoints use; gelu where it names none.
Activation read_activation(const Config& config, std::string_view key);

}  // namespace heed
