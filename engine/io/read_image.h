#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "io/image.h"

namespace heed::io {

// A JPEG, PNG, BMP, PGM or PPM, whatever its name ends in, as RGB: grey is spread over the channels, alpha is dropped, of 16 bits
// the high 8 stay, and it is turned as its EXIF says. Throws bad_file in one sentence for anything else, and for a picture that is
// cut short, damaged, empty or larger than picture_limit.h says.
Image read_image(const std::filesystem::path& path);

// The same from memory; errors call it `name`.
Image decode_image(std::span<const std::byte> bytes, const std::string& name);

}  // namespace heed::io
