#include "io/exif.h"

#include <algorithm>
#include <utility>

#include "io/bytes.h"

namespace heed::io {
namespace {

constexpr uint32_t kOrientation = 0x0112, kShort = 3;
constexpr size_t kEntryBytes = 12;

}  // namespace

int exif_orientation(std::span<const std::byte> tiff) {
    const std::endian order = number_at(tiff, 0, 2, std::endian::big) == 0x4d4d ? std::endian::big : std::endian::little;
    const auto number = [&](size_t offset, size_t size) { return number_at(tiff, offset, size, order); };
    if ((number(0, 2) != 0x4d4d && number(0, 2) != 0x4949) || number(2, 2) != 42) {
        return 1;
    }
    const size_t directory = number(4, 4), count = number(directory, 2);
    for (size_t i = 0; i < count; ++i) {
        const size_t entry = directory + 2 + i * kEntryBytes;
        if (number(entry, 2) == kOrientation && number(entry + 2, 2) == kShort) {
            const uint32_t orientation = number(entry + 8, 2);
            return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
        }
    }
    return 1;
}

Image upright(Image image, int orientation) {
    const bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const bool turned = orientation >= 5 && orientation <= 8;  // rows become columns
    if (!mirror_x && !mirror_y && !turned) {
        return image;
    }
    Image out{image.width, image.height, image.channels, std::vector<uint8_t>(image.bytes())};
    if (turned) {
        std::swap(out.width, out.height);
    }
    uint8_t* to = out.pixels.data();
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x, to += image.channels) {
            const int column = turned ? y : x, row = turned ? x : y;
            const int from_x = mirror_x ? image.width - 1 - column : column;
            const int from_y = mirror_y ? image.height - 1 - row : row;
            const size_t pixel = static_cast<size_t>(from_y) * static_cast<size_t>(image.width) + static_cast<size_t>(from_x);
            std::copy_n(image.pixels.data() + pixel * static_cast<size_t>(image.channels), image.channels, to);
        }
    }
    return out;
}

}  // namespace heed::io
