#include "io/png.h"

#include <cstdlib>
#include <memory>

#include "base/error.h"
#include "io/file.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

namespace heed::io {

std::vector<std::byte> encode_png(const Image& image) {
    if (image.width <= 0 || image.height <= 0 || image.channels < 1 || image.channels > 4 || image.pixels.size() != image.bytes()) {
        fail(ErrorKind::bad_input, "png: expected width x height x channels bytes, got ", image.width, "x", image.height, "x",
             image.channels, " and ", image.pixels.size(), " bytes");
    }
    int size = 0;
    const std::unique_ptr<unsigned char, decltype(&std::free)> png(
        stbi_write_png_to_mem(image.pixels.data(), image.width * image.channels, image.width, image.height, image.channels, &size),
        &std::free);
    if (!png) {
        fail(ErrorKind::out_of_memory, "png: no memory to encode ", image.width, "x", image.height, " pixels");
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(png.get());
    return {bytes, bytes + size};
}

void write_png(const std::filesystem::path& path, const Image& image) {
    write_file(path, encode_png(image));
}

}  // namespace heed::io
