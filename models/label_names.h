#pragma once

#include <string>
#include <vector>

#include "models/json_config.h"

namespace heed {

// The classes of a Hugging Face config file: id2label's names in order of their numbers; num_labels numbered ones where there are none.
std::vector<std::string> read_label_names(const Config& config);

}  // namespace heed
