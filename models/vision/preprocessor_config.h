#pragma once

#include <filesystem>

#include "models/vision/preprocess.h"

namespace heed {

// What the folder of a checkpoint says: preprocessor_config.json as Hugging Face's processors read it, else the config.json of
// timm. What it leaves out is as in the published class. Throws bad_model naming file and key.
Preprocessing read_preprocessing(const std::filesystem::path& folder);

}  // namespace heed
