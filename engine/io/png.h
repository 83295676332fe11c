#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "io/image.h"

namespace heed::io {

std::vector<std::byte> encode_png(const Image& image);

// In one step, as write_file() does. Throws bad_file.
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace heed::io
