#include "io/jpeg.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "io/exif.h"
#include "io/picture_limit.h"

// after cstdio, whose FILE it uses
#include <jpeglib.h>

// after jpeglib.h, which says which messages there are
#include <jerror.h>

namespace heed::io {
namespace {

constexpr std::string_view kExif{"Exif\0\0", 6};
constexpr int kMaxScans = 500;      // a progressive picture has about ten; each costs the time of a whole picture
constexpr size_t kMaxRatio = 1024;  // of a plain grey picture; no more is set aside before the rows are really there

// libjpeg reports an error by never returning to whoever called it: the calls are made in attempt(), and nothing that has a
// destructor lives between there and libjpeg.
struct Decoder {
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg_progress_mgr progress{};
    std::jmp_buf failed{};
    std::array<char, JMSG_LENGTH_MAX> fault{};

    Decoder() = default;
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    ~Decoder() { jpeg_destroy_decompress(&jpeg); }
};

[[noreturn]] void on_error(j_common_ptr jpeg) {
    Decoder& decoder = *static_cast<Decoder*>(jpeg->client_data);
    decoder.errors.format_message(jpeg, decoder.fault.data());
    std::longjmp(decoder.failed, 1);
}

// libjpeg goes on after these with grey or with noise.
bool is_damage(int code) {
    return code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_ARITH_BAD_CODE ||
           code == JWRN_MUST_RESYNC;
}

void on_message(j_common_ptr jpeg, int level) {
    if (level < 0 && is_damage(jpeg->err->msg_code)) {
        on_error(jpeg);
    }
}

void on_progress(j_common_ptr jpeg) {
    Decoder& decoder = *static_cast<Decoder*>(jpeg->client_data);
    if (decoder.jpeg.input_scan_number > kMaxScans) {
        std::snprintf(decoder.fault.data(), decoder.fault.size(), "more than %d scans", kMaxScans);
        std::longjmp(decoder.failed, 1);
    }
}

template <typename Calls>
bool attempt(Decoder& decoder, const Calls& calls) {
    if (setjmp(decoder.failed) != 0) {
        return false;
    }
    calls(decoder.jpeg);
    return true;
}

template <typename Calls>
void attempt_or_refuse(Decoder& decoder, const std::string& name, const Calls& calls) {
    if (!attempt(decoder, calls)) {
        fail(ErrorKind::bad_file, name, ": expected a JPEG picture that is whole, got one of which libjpeg says: ", decoder.fault.data());
    }
}

int orientation_of(const jpeg_decompress_struct& jpeg) {
    for (const jpeg_marker_struct* marker = jpeg.marker_list; marker != nullptr; marker = marker->next) {
        const auto data = std::as_bytes(std::span(marker->data, marker->data_length));
        if (data.size() >= kExif.size() && std::memcmp(data.data(), kExif.data(), kExif.size()) == 0) {
            return exif_orientation(data.subspan(kExif.size()));
        }
    }
    return 1;
}

// Four inks, stored inverted as every program writes them, as light. To the bit what Pillow makes of them.
void cmyk_to_rgb(std::span<const uint8_t> inks, uint8_t* rgb) {
    const auto product = [](int a, int b) {  // of two numbers of 0 to 255 that mean 0 to 1
        const int scaled = a * b + 128;
        return (scaled + (scaled >> 8)) >> 8;
    };
    for (size_t i = 0; i < inks.size(); i += 4, rgb += 3) {
        const int light = inks[i + 3];
        for (size_t c = 0; c < 3; ++c) {
            rgb[c] = static_cast<uint8_t>(std::clamp(light - product(255 - inks[i + c], light), 0, 255));
        }
    }
}

void open(Decoder& decoder, std::span<const std::byte> bytes, const std::string& name) {
    decoder.jpeg.err = jpeg_std_error(&decoder.errors);
    decoder.jpeg.client_data = &decoder;
    decoder.errors.error_exit = on_error;
    decoder.errors.emit_message = on_message;
    decoder.progress.progress_monitor = on_progress;
    attempt_or_refuse(decoder, name, [bytes](jpeg_decompress_struct& jpeg) {
        jpeg_create_decompress(&jpeg);
        jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xffff);
        jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
        jpeg_read_header(&jpeg, TRUE);
    });
    decoder.jpeg.progress = &decoder.progress;
}

}  // namespace

Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name) {
    Decoder decoder;
    open(decoder, bytes, name);
    jpeg_decompress_struct& jpeg = decoder.jpeg;
    check_picture_size(name, jpeg.image_width, jpeg.image_height);

    Image image{.width = static_cast<int>(jpeg.image_width), .height = static_cast<int>(jpeg.image_height), .pixels = {}};
    const int orientation = orientation_of(jpeg);  // now: libjpeg forgets the markers when it finishes
    const bool inks = jpeg.num_components == 4;
    jpeg.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    const size_t row_bytes = image.bytes() / jpeg.image_height;
    image.pixels.reserve(std::min(image.bytes(), kMaxRatio * bytes.size()));
    std::vector<uint8_t> ink_row(inks ? size_t{4} * jpeg.image_width : 0);

    attempt_or_refuse(decoder, name, [](jpeg_decompress_struct& started) { jpeg_start_decompress(&started); });
    for (int y = 0; y < image.height; ++y) {
        image.pixels.resize(image.pixels.size() + row_bytes);
        uint8_t* const row = image.pixels.data() + image.pixels.size() - row_bytes;
        JSAMPROW target = inks ? ink_row.data() : row;
        attempt_or_refuse(decoder, name, [&target](jpeg_decompress_struct& started) { jpeg_read_scanlines(&started, &target, 1); });
        if (inks) {
            cmyk_to_rgb(ink_row, row);
        }
    }
    attempt_or_refuse(decoder, name, [](jpeg_decompress_struct& started) { jpeg_finish_decompress(&started); });
    return upright(std::move(image), orientation);
}

}  // namespace heed::io
