#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "io/image.h"

namespace heed::io {

// PGM or PPM, binary or plain, of any maximum, as RGB of 8 bits. Throws bad_file, naming the file.
Image decode_pnm(std::span<const std::byte> bytes, const std::string& name);

}  // namespace heed::io
