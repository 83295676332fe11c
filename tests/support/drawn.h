#pragma once

#include "io/image.h"

namespace heed::tests {

// A picture as scripts/goldens/resize.py draws it: noise with patches of black and white.
inline io::Image drawn(int width, int height, int channels) {
    io::Image image{.width = width, .height = height, .channels = channels, .pixels = {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c) {
                const bool patch = (x / 4 + y / 3 + c) % 3 == 0;
                const int noise = (x * 37 + y * 101 + c * 53 + x * y * 11) % 256;
                image.pixels.push_back(static_cast<uint8_t>(patch ? (x + y) % 2 * 255 : noise));
            }
        }
    }
    return image;
}

}  // namespace heed::tests
