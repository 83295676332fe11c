#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "io/image.h"

namespace heed::io {

// As RGB, upright. Throws bad_file, naming the file, when the bytes are not a whole and sound JPEG.
Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name);

}  // namespace heed::io
