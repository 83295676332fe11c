#include "io/read_image.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <random>

#include "io/bytes.h"
#include "io/exif.h"
#include "io/file.h"
#include "io/png.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using io::Image;
using tests::contains;
using tests::sentence;

std::span<const std::byte> bytes_of(const std::string& s) {
    return std::as_bytes(std::span(s.data(), s.size()));
}

std::string golden(const std::string& name) {
    return tests::read_source("tests/golden/pictures/" + name).text;
}

Image decode(const std::string& bytes) {
    return io::decode_image(bytes_of(bytes), "picture");
}

std::string complaint(const std::string& bytes) {
    return sentence(ErrorKind::bad_file, [&] { decode(bytes); });
}

// The largest difference of any sample; 256 where the sizes differ.
int difference(const Image& a, const Image& b) {
    if (a.width != b.width || a.height != b.height || a.channels != b.channels || a.pixels.size() != b.pixels.size()) {
        return 256;
    }
    int worst = 0;
    for (size_t i = 0; i < a.pixels.size(); ++i) {
        worst = std::max(worst, std::abs(int{a.pixels[i]} - int{b.pixels[i]}));
    }
    return worst;
}

// A number of `size` bytes, in front the low one or the high one.
std::string low_first(uint32_t value, size_t size) {
    std::string out;
    for (size_t i = 0; i < size; ++i) {
        out += static_cast<char>(value >> 8 * i & 0xff);
    }
    return out;
}

std::string high_first(uint32_t value, size_t size) {
    const std::string reversed = low_first(value, size);
    return {reversed.rbegin(), reversed.rend()};
}

std::string bmp(int32_t width, int32_t height, const std::string& pixels) {
    return "BM" + low_first(static_cast<uint32_t>(54 + pixels.size()), 4) + low_first(0, 4) + low_first(54, 4) + low_first(40, 4) +
           low_first(static_cast<uint32_t>(width), 4) + low_first(static_cast<uint32_t>(height), 4) + low_first(1, 2) + low_first(24, 2) +
           std::string(24, '\0') + pixels;
}

uint32_t checksum(const std::string& bytes) {
    uint32_t value = 0xffffffff;
    for (const char byte : bytes) {
        value ^= static_cast<uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            value = value >> 1 ^ ((value & 1) != 0 ? 0xedb88320 : 0);
        }
    }
    return ~value;
}

std::string chunk(const std::string& typed) {
    return high_first(static_cast<uint32_t>(typed.size() - 4), 4) + typed + high_first(checksum(typed), 4);
}

constexpr size_t kHeaderEnd = 33;  // of a PNG: signature and IHDR

std::string png_of_size(uint32_t width, uint32_t height) {
    std::string png = golden("png_alpha.png");
    return png.replace(8, kHeaderEnd - 8, chunk("IHDR" + high_first(width, 4) + high_first(height, 4) + png.substr(24, 5)));
}

std::string jpeg_of_size(const std::string& name, uint32_t width, uint32_t height) {
    std::string jpeg = golden(name);
    const size_t frame = std::min(jpeg.find("\xff\xc0"), jpeg.find("\xff\xc2"));
    return jpeg.replace(frame + 5, 4, high_first(height, 2) + high_first(width, 2));
}

// An EXIF block of two entries.
std::string exif(bool big, uint32_t tag, uint32_t type, uint32_t value) {
    const auto number = [&](uint32_t v, size_t size) { return big ? high_first(v, size) : low_first(v, size); };
    return (big ? "MM" : "II") + number(42, 2) + number(8, 4) + number(2, 2) + number(0x0100, 2) + number(4, 2) + number(1, 4) +
           number(7, 4) + number(tag, 2) + number(type, 2) + number(1, 4) + number(value, 2) + number(0, 2);
}

// With every checksum right again, so that what was changed is read.
std::string mended(std::string png) {
    for (size_t at = 8; at + 12 <= png.size();) {
        const size_t length = io::number_at(bytes_of(png), at, 4, std::endian::big);
        if (length > png.size() - at - 12) {
            break;
        }
        png.replace(at, 12 + length, chunk(png.substr(at + 4, 4 + length)));
        at += 12 + length;
    }
    return png;
}

// Every prefix, then as many copies with a few bytes changed: an Image or a sentence, whatever they are.
void torture(const std::string& name, const std::string& whole, size_t copies) {
    std::mt19937 random(static_cast<uint32_t>(whole.size()));
    size_t read = 0, refused = 0;
    const auto attempt = [&](const std::string& bytes) {
        try {
            const Image image = decode(bytes);
            ++read;
            REQUIRE(image.bytes() == image.pixels.size());
            REQUIRE(image.channels == 3);
        } catch (const Error& error) {
            ++refused;
            REQUIRE_MESSAGE((error.kind == ErrorKind::bad_file || error.kind == ErrorKind::out_of_memory), error.what());
        }
    };
    for (size_t length = 0; length < whole.size(); ++length) {
        attempt(whole.substr(0, length));
    }
    CHECK_MESSAGE(read == 0, name, ": ", read, " of ", whole.size(), " prefixes were taken for the whole");
    for (size_t copy = 0; copy < copies; ++copy) {
        std::string changed = whole;
        for (size_t changes = 1 + random() % 4; changes > 0; --changes) {
            const size_t at = random() % 2 == 0 ? random() % changed.size() : random() % std::min<size_t>(changed.size(), 64);
            changed[at] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
        }
        attempt(whole.starts_with("\x89PNG") ? mended(changed) : changed);
    }
    CHECK(read + refused == whole.size() + copies);
    CHECK(refused > whole.size());
}

}  // namespace

TEST_SUITE("io") {
    TEST_CASE("read_image: to the pixel what Pillow reads") {
        for (const std::string name : {"jpeg_420.jpg", "jpeg_422.jpg", "jpeg_444.jpg", "jpeg_progressive.jpg", "jpeg_grey.jpg",
                                       "jpeg_inks.jpg", "png_palette.png", "png_grey_alpha.png", "png_alpha.png"}) {
            const Image read = decode(golden(name));
            CHECK_MESSAGE(difference(read, decode(golden(name.substr(0, name.find('.')) + ".rgb.png"))) == 0, name);
            CHECK(read.width == 29);
            CHECK(read.height == 19);
        }
    }

    TEST_CASE("read_image: a JPEG is turned as its EXIF says") {
        for (int orientation = 2; orientation <= 8; ++orientation) {
            const std::string stem = text("jpeg_turned_", orientation);
            const Image read = decode(golden(stem + ".jpg"));
            CHECK_MESSAGE(difference(read, decode(golden(stem + ".rgb.png"))) == 0, orientation);
            CHECK(read.width == (orientation < 5 ? 29 : 19));
        }
    }

    TEST_CASE("read_image: so is a PNG") {
        const std::string png = golden("png_palette.png");
        const Image turned = decode(std::string(png).insert(kHeaderEnd, chunk("eXIf" + exif(true, 0x0112, 3, 6))));
        CHECK(difference(turned, io::upright(decode(png), 6)) == 0);
        CHECK(turned.width == 19);
    }

    TEST_CASE("read_image: BMP, from the bottom and from the top") {
        const std::string rows[] = {{3, 2, 1, 6, 5, 4, 0, 0}, {9, 8, 7, 12, 11, 10, 0, 0}};  // two pixels each, blue first, padded
        const Image expected{.width = 2, .height = 2, .pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
        CHECK(difference(decode(bmp(2, 2, rows[1] + rows[0])), expected) == 0);
        CHECK(difference(decode(bmp(2, -2, rows[0] + rows[1])), expected) == 0);
    }

    TEST_CASE("read_image: PGM and PPM, binary and plain, of any maximum") {
        const Image grey{.width = 3, .height = 1, .pixels = {0, 0, 0, 128, 128, 128, 255, 255, 255}};
        CHECK(difference(decode(std::string("P5\n3 1\n255\n\x00\x80\xff", 14)), grey) == 0);
        CHECK(difference(decode(std::string("P5 # a comment 9 9\n3\t1 2\n\x00\x01\x02", 28)), grey) == 0);
        CHECK(difference(decode(std::string("P5 3 1 510 \x00\x00\x01\x00\x01\xfe", 17)), grey) == 0);
        CHECK(difference(decode("P2 3 1 4 0 2 #9\n4"), grey) == 0);
        const Image colours{.width = 1, .height = 2, .pixels = {1, 2, 3, 4, 5, 6}};
        CHECK(difference(decode("P6 1 2 255 \x01\x02\x03\x04\x05\x06"), colours) == 0);
        CHECK(difference(decode("P3 1 2 255\n1 2 3\n4 5 6\n"), colours) == 0);
    }

    TEST_CASE("read_image: what is no picture is a sentence") {
        CHECK(complaint("") == "picture: expected a JPEG, PNG, BMP, PGM or PPM picture, got an empty file");
        CHECK(contains(complaint("Dear all,\n"), "picture, got something else"));
        CHECK(contains(complaint("RIFF\1\2\3\4WEBPVP8 "), "picture, got WebP"));
        CHECK(contains(complaint("GIF89a"), "picture, got GIF"));
        CHECK(contains(complaint("\xff\xd8\xff"), "Premature end of JPEG file"));
        CHECK(contains(complaint("P6 x"), "expected a width of 0 to 1000000000 at byte 3, got none"));
        CHECK(contains(complaint("P3 1 1 255 1 2 256"), "expected a sample of 0 to 255 at byte 18, got 256"));
        CHECK(contains(complaint("P5 1 1 0 x"), "expected a largest sample of 1 to 65535, got 0"));
    }

    TEST_CASE("read_image: what is cut short or damaged is a sentence") {
        const std::string jpeg = golden("jpeg_420.jpg"), png = golden("png_alpha.png");
        CHECK(contains(complaint(jpeg.substr(0, jpeg.size() - 200)), "whole, got one of which libjpeg says: Premature end of JPEG file"));
        CHECK(contains(complaint(png.substr(0, png.size() - 200)),
                       "expected a PNG that goes on to its end mark, got one that is cut short at byte 569"));
        std::string changed = png;
        changed[kHeaderEnd + 20] ^= 1;
        CHECK(contains(complaint(changed), "expected bytes 33 to 757 to match their checksum, got others"));
        CHECK(contains(complaint(png.substr(0, kHeaderEnd) + chunk("IDAT") + chunk("IEND")), "pixels in each IDAT of a PNG, got none"));
        CHECK(contains(complaint(png.substr(0, kHeaderEnd) + chunk("IDATx") + chunk("IEND")), "whole, got one of which stb_image says"));
        CHECK(contains(complaint(bmp(2, 2, std::string(15, 'x'))), "expected 70 bytes for a BMP of 2x2, got 69"));
        CHECK(contains(complaint("P6 1 2 255 12345"), "expected at least 6 bytes of samples for 1x2, got 5"));
        CHECK(contains(complaint("P3 1 2 255 1 2 3 4 5"), "expected at least 11 bytes of samples for 1x2, got 9"));
    }

    TEST_CASE("read_image: empty and enormous pictures are refused before memory is taken for them") {
        const std::string range = "expected a picture of 1 to 65535 pixels a side and at most 178956970 in all, got ";
        CHECK(contains(complaint(png_of_size(0, 0)), range + "0x0"));
        CHECK(contains(complaint(png_of_size(30000, 30000)), range + "30000x30000"));
        CHECK(contains(complaint(png_of_size(65536, 1)), range + "65536x1"));
        CHECK(contains(complaint(png_of_size(0xffffffff, 0xffffffff)), range + "4294967295x4294967295"));
        CHECK(contains(complaint(png_of_size(13000, 13000)), "bytes for a PNG of 13000x13000"));
        CHECK(contains(complaint(jpeg_of_size("jpeg_420.jpg", 0, 0)), "libjpeg says: Empty JPEG image"));
        CHECK(contains(complaint(jpeg_of_size("jpeg_420.jpg", 30000, 30000)), range + "30000x30000"));
        CHECK(contains(complaint(jpeg_of_size("jpeg_420.jpg", 13000, 13000)), "libjpeg says"));
        CHECK(contains(complaint(jpeg_of_size("jpeg_420.jpg", 65535, 1)), "libjpeg says: Maximum supported image dimension"));
        CHECK(contains(complaint(bmp(0, 5, "")), range + "0x5"));
        CHECK(contains(complaint(bmp(30000, -30000, "")), range + "30000x30000"));
        CHECK(contains(complaint(bmp(1, std::numeric_limits<int32_t>::min(), "")), range + "1x2147483648"));
        CHECK(contains(complaint(bmp(13000, 13000, "")), "expected 507000054 bytes for a BMP of 13000x13000, got 54"));
        CHECK(contains(complaint("P6 999999999 999999999 255 "), range + "999999999x999999999"));
        CHECK(contains(complaint("P6 99999999999 9 255 "), "expected a width of 0 to 1000000000 at byte 14, got more"));
        CHECK(contains(complaint("P6 0 7 255 "), range + "0x7"));
    }

    TEST_CASE("read_image: from a file") {
        const fs::path folder = fs::temp_directory_path() / text("heed_test_read_image.", ::getpid());
        fs::create_directories(folder);
        const fs::path path = folder / "colours.jpg";  // whatever it is called
        io::write_png(path, {.width = 1, .height = 2, .pixels = {1, 2, 3, 4, 5, 6}});
        CHECK(difference(io::read_image(path), {.width = 1, .height = 2, .pixels = {1, 2, 3, 4, 5, 6}}) == 0);
        io::write_file(path, bytes_of("just text"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::read_image(path); }), "colours.jpg: expected a JPEG, PNG"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::read_image(folder); }), "cannot be read: Is a directory"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::read_image(folder / "none.jpg"); }), "none.jpg: cannot be read: No such"));
        if (::geteuid() != 0) {
            ::chmod(path.c_str(), 0);
            CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::read_image(path); }), "cannot be read: Permission denied"));
        }
        fs::remove_all(folder);
    }

    TEST_CASE("exif: the orientation, wherever the bytes stop making sense") {
        const auto orientation = [](const std::string& block) { return io::exif_orientation(bytes_of(block)); };
        for (const bool big : {false, true}) {
            CHECK(orientation(exif(big, 0x0112, 3, 6)) == 6);
            CHECK(orientation(exif(big, 0x0113, 3, 6)) == 1);  // another tag
            CHECK(orientation(exif(big, 0x0112, 2, 6)) == 1);  // another type
            CHECK(orientation(exif(big, 0x0112, 3, 9)) == 1);
            CHECK(orientation(exif(big, 0x0112, 3, 0)) == 1);
            const std::string whole = exif(big, 0x0112, 3, 8);
            for (size_t length = 0; length < whole.size() - 3; ++length) {
                CHECK(orientation(whole.substr(0, length)) == 1);
            }
            std::string astray = whole;
            astray.replace(4, 4, "\xff\xff\xff\xff");  // a directory past the end
            CHECK(orientation(astray) == 1);
        }
    }

    TEST_CASE("read_image: bytes that were cut or changed are a picture or a sentence") {
        torture("jpeg", golden("jpeg_420.jpg"), 1500);
        torture("jpeg, turned", golden("jpeg_turned_6.jpg"), 1500);
        torture("jpeg, progressive", golden("jpeg_progressive.jpg"), 1500);
        torture("jpeg, inks", golden("jpeg_inks.jpg"), 1000);
        torture("png", golden("png_alpha.png"), 1500);
        torture("png, palette", golden("png_palette.png"), 1500);
        torture("bmp", bmp(5, 3, std::string(48, 'x')), 3000);
        torture("ppm", "P6\n5 3\n255\n" + std::string(45, 'x'), 3000);
        torture("pgm", "P5\n5 3\n65535\n" + std::string(30, 'x'), 3000);
        torture("ppm, plain", "P3 2 1 9 1 2 3 4 5 6", 3000);
    }
}

}  // namespace heed
