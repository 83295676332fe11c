#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heed::io {

// A picture in host memory: rows from the top, pixels from the left, channels side by side (1 grey, 3 RGB, 4 RGBA).
struct Image {
    int width = 0, height = 0, channels = 3;
    std::vector<uint8_t> pixels;

    size_t bytes() const { return static_cast<size_t>(width) * static_cast<size_t>(height) * static_cast<size_t>(channels); }
};

}  // namespace heed::io
