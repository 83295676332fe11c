#include "io/read_image.h"

#include <memory>
#include <new>
#include <string_view>

#include "io/bytes.h"
#include "io/exif.h"
#include "io/file.h"
#include "io/jpeg.h"
#include "io/picture_limit.h"
#include "io/png_chunks.h"
#include "io/pnm.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // stb's callbacks, which memory does not have
#endif
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 65535
#include <stb/stb_image.h>

namespace heed::io {
namespace {

static_assert(STBI_MAX_DIMENSIONS == kMaxSide);
constexpr size_t kMaxFile = size_t{1} << 30;
constexpr size_t kDeflateRatio = 1032;  // the most that deflate can shrink anything

struct Magic {
    size_t at;
    std::string_view bytes;
    const char* format;
};
constexpr Magic kOtherFormats[] = {{0, "GIF8", "GIF"},   {8, "WEBP", "WebP"},  {4, "ftyp", "HEIF, AVIF or a film"},
                                   {0, "II*\0", "TIFF"}, {0, "MM\0*", "TIFF"}, {0, "%PDF", "PDF"},
                                   {0, "<svg", "SVG"}};

[[noreturn]] void refuse_format(std::string_view bytes, const std::string& name) {
    std::string got = "something else";
    for (const Magic& magic : kOtherFormats) {
        if (bytes.size() > magic.at && bytes.substr(magic.at).starts_with(magic.bytes)) {
            got = magic.format;
        }
    }
    fail(ErrorKind::bad_file, name, ": expected a JPEG, PNG, BMP, PGM or PPM picture, got ", bytes.empty() ? "an empty file" : got);
}

// stb would take what is missing at the end for zeros.
void check_bmp_header(std::span<const std::byte> bytes, const std::string& name) {
    const auto number = [&](size_t at, size_t size) { return number_at(bytes, at, size, std::endian::little); };
    const bool old = number(14, 4) == 12;
    const int64_t width = static_cast<int32_t>(number(18, old ? 2 : 4));
    const int64_t rows = static_cast<int32_t>(number(old ? 20 : 22, old ? 2 : 4));
    const int64_t height = rows < 0 ? -rows : rows;  // negative: from the top
    check_picture_size(name, width, height);
    const int64_t needed = number(10, 4) + (width * number(old ? 24 : 28, 2) + 31) / 32 * 4 * height;
    if (needed > static_cast<int64_t>(bytes.size())) {
        fail(ErrorKind::bad_file, name, ": expected ", needed, " bytes for a BMP of ", width, "x", height, ", got ", bytes.size());
    }
}

Image decode_with_stb(std::span<const std::byte> bytes, const std::string& name, const char* format) {
    if (bytes.size() > kMaxFile) {
        fail(ErrorKind::bad_file, name, ": expected at most ", kMaxFile, " bytes, got ", bytes.size());
    }
    Image image{.pixels = {}};
    int channels = 0;
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
        stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()), static_cast<int>(bytes.size()), &image.width, &image.height,
                              &channels, image.channels),
        &stbi_image_free);
    if (!pixels) {
        fail(ErrorKind::bad_file, name, ": expected a ", format,
             " picture that is whole, got one of which stb_image says: ", stbi_failure_reason());
    }
    image.pixels.assign(pixels.get(), pixels.get() + image.bytes());
    return image;
}

Image decode_png(std::span<const std::byte> bytes, const std::string& name) {
    const std::vector<PngChunk> chunks = png_chunks(bytes, name);
    const int64_t width = number_at(chunks[0].data, 0, 4, std::endian::big), height = number_at(chunks[0].data, 4, 4, std::endian::big);
    check_picture_size(name, width, height);
    if (width * height > static_cast<int64_t>(bytes.size() * kDeflateRatio * 8)) {  // even were a pixel one bit
        fail(ErrorKind::bad_file, name, ": expected more than ", bytes.size(), " bytes for a PNG of ", width, "x", height);
    }
    int orientation = 1;
    for (const PngChunk& chunk : chunks) {
        orientation = chunk.type == "eXIf" ? exif_orientation(chunk.data) : orientation;
        if (chunk.type == "IDAT" && chunk.data.empty()) {  // stb would copy from and to nowhere
            fail(ErrorKind::bad_file, name, ": expected pixels in each IDAT of a PNG, got none");
        }
    }
    return upright(decode_with_stb(bytes, name, "PNG"), orientation);
}

Image decode(std::span<const std::byte> bytes, const std::string& name) {
    const std::string_view start(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (start.starts_with("\xff\xd8\xff")) {
        return decode_jpeg(bytes, name);
    }
    if (start.starts_with("\x89PNG\r\n\x1a\n")) {
        return decode_png(bytes, name);
    }
    if (start.starts_with("BM")) {
        check_bmp_header(bytes, name);
        return decode_with_stb(bytes, name, "BMP");
    }
    if (start.starts_with("P2") || start.starts_with("P3") || start.starts_with("P5") || start.starts_with("P6")) {
        return decode_pnm(bytes, name);
    }
    refuse_format(start, name);
}

}  // namespace

Image decode_image(std::span<const std::byte> bytes, const std::string& name) {
    try {
        return decode(bytes, name);
    } catch (const std::bad_alloc&) {
        fail(ErrorKind::out_of_memory, name, ": no memory to decode it");
    }
}

Image read_image(const std::filesystem::path& path) {
    return decode_image(read_file(path, kMaxFile), path.string());
}

}  // namespace heed::io
