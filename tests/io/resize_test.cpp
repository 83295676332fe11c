#include "io/resize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "support/drawn.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

using io::Filter;
using io::Image;
using tests::contains;
using tests::drawn;
using tests::sentence;

const std::map<std::string, Filter> kFilters{{"nearest", Filter::nearest}, {"box", Filter::box},         {"bilinear", Filter::bilinear},
                                             {"hamming", Filter::hamming}, {"bicubic", Filter::bicubic}, {"lanczos", Filter::lanczos}};

std::vector<uint8_t> from_hexadecimal(const std::string& digits) {
    std::vector<uint8_t> out;
    for (size_t i = 0; i < digits.size(); i += 2) {
        out.push_back(static_cast<uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return out;
}

int difference(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
    int worst = a.size() == b.size() ? 0 : 256;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        worst = std::max(worst, std::abs(int{a[i]} - int{b[i]}));
    }
    return worst;
}

// The window cut out of the whole.
std::vector<uint8_t> cut(const Image& image, const io::Window& window) {
    std::vector<uint8_t> out;
    for (int y = window.top; y < window.top + window.height; ++y) {
        const auto row = image.pixels.begin() + (ptrdiff_t{y} * image.width + window.left) * image.channels;
        out.insert(out.end(), row, row + ptrdiff_t{window.width} * image.channels);
    }
    return out;
}

}  // namespace

TEST_SUITE("io") {
    TEST_CASE("resize: what Pillow makes of it, filter by filter") {
        std::istringstream cases(tests::read_source("tests/golden/resize.txt").text);
        size_t count = 0;
        int worst = 0;
        std::string filter, digits;
        for (int channels = 0, width = 0, height = 0, new_width = 0, new_height = 0;
             cases >> filter >> channels >> width >> height >> new_width >> new_height >> digits; ++count) {
            const Image resized = io::resize(drawn(width, height, channels), new_width, new_height, kFilters.at(filter));
            const int off = difference(resized.pixels, from_hexadecimal(digits));
            CHECK_MESSAGE(off <= 1, filter, " ", channels, " channels ", width, "x", height, " to ", new_width, "x", new_height, ": ", off,
                          " of 255 off");
            CHECK(resized.bytes() == resized.pixels.size());
            worst = std::max(worst, off);
        }
        CHECK(count == 6 * 14 * 2);
        CHECK(worst == 0);  // 1 is what was promised
    }

    TEST_CASE("resize: a window is what the whole has there") {
        for (const auto& [name, filter] : kFilters) {
            for (const int channels : {1, 3}) {
                const Image image = drawn(61, 47, channels);
                for (const auto& [width, height] : {std::pair{23, 19}, std::pair{90, 101}, std::pair{61, 47}}) {
                    const Image whole = io::resize(image, width, height, filter);
                    for (const io::Window& window :
                         {io::Window{7, 5, 11, 9}, io::Window{0, 0, 1, 1}, io::Window{width - 3, height - 2, 3, 2}}) {
                        const Image part = io::resize(image, width, height, filter, window);
                        CHECK_MESSAGE(part.pixels == cut(whole, window), name, " ", width, "x", height);
                    }
                }
            }
        }
    }

    TEST_CASE("resize: one colour stays that colour, the same size the same picture") {
        for (const auto& [name, filter] : kFilters) {
            const Image image = drawn(31, 17, 3);
            CHECK_MESSAGE(io::resize(image, 31, 17, filter).pixels == image.pixels, name);
            const Image plain{.width = 9, .height = 7, .channels = 1, .pixels = std::vector<uint8_t>(63, 201)};
            CHECK_MESSAGE(std::ranges::count(io::resize(plain, 5, 12, filter).pixels, 201) == 60, name);
        }
    }

    TEST_CASE("resize: what makes no sense is a sentence") {
        const Image image = drawn(4, 3, 3);
        const auto complaint = [](const auto& call) { return sentence(ErrorKind::bad_input, call); };
        CHECK(contains(complaint([&] { io::resize(image, 0, 3, Filter::box); }), "a window inside 0x3, got 0x3"));
        CHECK(contains(complaint([&] { io::resize(image, 2, -3, Filter::nearest); }), "a window inside 2x-3"));
        CHECK(contains(complaint([&] { io::resize(image, 9, 9, Filter::box, {.left = 5, .top = 0, .width = 5, .height = 9}); }),
                       "a window inside 9x9, got 5x9 from column 5 and row 0 on"));
        CHECK(contains(complaint([&] { io::resize({.width = 4, .height = 3, .channels = 4, .pixels = {}}, 2, 2, Filter::box); }),
                       "expected width x height x 1 or 3 bytes, got 4x3x4 and 0 bytes"));
    }
}

}  // namespace heed
