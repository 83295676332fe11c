#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace heed::io {

constexpr int64_t kMaxPixels = 178'956'970;  // where Pillow calls a picture a decompression bomb
constexpr int64_t kMaxSide = 65'535;         // the most that a JPEG can claim; what resizing needs grows with it

// Throws bad_file when a header claims a picture that is empty or too large: to be asked before anything is allocated for it.
inline void check_picture_size(const std::string& name, int64_t width, int64_t height) {
    if (std::min(width, height) <= 0 || std::max(width, height) > kMaxSide || width * height > kMaxPixels) {
        fail(ErrorKind::bad_file, name, ": expected a picture of 1 to ", kMaxSide, " pixels a side and at most ", kMaxPixels,
             " in all, got ", width, "x", height);
    }
}

}  // namespace heed::io
