#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace heed::io {

constexpr int64_t kMaxPixels = 178'956'970;  // where Pillow calls a picture a decompression bomb

// Throws bad_file when a header claims a picture that is empty or too large: to be asked before anything is allocated for it.
inline void check_picture_size(const std::string& name, int64_t width, int64_t height) {
    if (width <= 0 || height <= 0 || width > kMaxPixels / height) {
        fail(ErrorKind::bad_file, name, ": expected a picture of 1 to ", kMaxPixels, " pixels, got one of ", width, "x", height);
    }
}

}  // namespace heed::io
