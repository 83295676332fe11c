#pragma once

#include "io/image.h"

namespace heed::io {

enum class Filter { nearest, box, bilinear, hamming, bicubic, lanczos };

// Pixels of a picture: `width` x `height` from `left`, `top` on.
struct Window {
    int left = 0, top = 0, width = 0, height = 0;
};

// To the bit what Pillow makes of a grey or RGB picture: filters widen as the picture shrinks (nearest does not), rows first and
// then columns, each rounded to 8 bits. Throws bad_input for a size that is not positive and for a picture with alpha.
Image resize(const Image& image, int width, int height, Filter filter);

// Only this window of the picture resized to width x height: what lies outside is not computed.
Image resize(const Image& image, int width, int height, Filter filter, const Window& window);

}  // namespace heed::io
