#pragma once

#include <filesystem>
#include <string_view>

namespace heed {

// The folder of a model that comes with heed: below $HEED_MODELS, else where it was installed, else in the sources. Throws bad_file
// naming every place that was looked at.
std::filesystem::path shipped_model(std::string_view name);

}  // namespace heed
