#pragma once

#include <optional>
#include <string_view>

#include "heed.h"
#include "models/json_config.h"

namespace heed {

// By the names published checkpoints use.
std::optional<Activation> find_activation(std::string_view name);

// The activation a config file names under that key, by those names; gelu where it names none.
Activation read_activation(const Config& config, std::string_view key);

}  // namespace heed
