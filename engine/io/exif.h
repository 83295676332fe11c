#pragma once

#include <cstddef>
#include <span>

#include "io/image.h"

namespace heed::io {

// What an EXIF block (from its "II" or "MM" on) says of how the camera was held: 1 upright, 2 to 8 turned or mirrored as EXIF
// counts them. 1 where it says nothing or makes no sense.
int exif_orientation(std::span<const std::byte> tiff);

// The picture as it was meant to be seen.
Image upright(Image image, int orientation);

}  // namespace heed::io
