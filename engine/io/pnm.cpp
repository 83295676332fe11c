#include "io/pnm.h"

#include <algorithm>
#include <cmath>

#include "io/picture_limit.h"

namespace heed::io {
namespace {

constexpr int kMaxNumber = 1'000'000'000;  // a number beyond counts as one a little beyond

// The text of a header, and of a plain picture: numbers apart by white space and by comments from # to the end of the line.
struct Words {
    std::span<const std::byte> bytes;
    const std::string& name;
    size_t at = 2;  // behind the "P6"

    char next() const { return at < bytes.size() ? static_cast<char>(bytes[at]) : '\0'; }

    void skip_space() {
        for (bool comment = false; at < bytes.size(); ++at) {
            const char c = next();
            comment = c == '#' || (comment && c != '\n' && c != '\r');
            if (!comment && c != ' ' && (c < '\t' || c > '\r')) {
                return;
            }
        }
    }

    int number(const char* what, int limit) {
        skip_space();
        int value = -1;
        for (; next() >= '0' && next() <= '9'; ++at) {
            value = std::min(std::max(value, 0), kMaxNumber / 10) * 10 + (next() - '0');
        }
        if (value < 0 || value > limit) {
            fail(ErrorKind::bad_file, name, ": expected ", what, " of 0 to ", limit, " at byte ", at, ", got ",
                 value < 0            ? "none"
                 : value > kMaxNumber ? "more"
                                      : std::to_string(value));
        }
        return value;
    }
};

// The 8-bit number that each sample up to the maximum stands for.
std::vector<uint8_t> scale_to(int maximum) {
    std::vector<uint8_t> out(static_cast<size_t>(maximum) + 1);
    for (size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<uint8_t>(std::nearbyint(static_cast<double>(i) / maximum * 255));
    }
    return out;
}

}  // namespace

Image decode_pnm(std::span<const std::byte> bytes, const std::string& name) {
    Words words{bytes, name};
    const char magic = static_cast<char>(bytes[1]);
    const bool plain = magic < '4';
    const size_t channels = magic == '3' || magic == '6' ? 3 : 1;
    Image image{.pixels = {}};
    image.width = words.number("a width", kMaxNumber);
    image.height = words.number("a height", kMaxNumber);
    check_picture_size(name, image.width, image.height);
    const int maximum = words.number("a largest sample", 65535);
    if (maximum == 0) {
        fail(ErrorKind::bad_file, name, ": expected a largest sample of 1 to 65535, got 0");
    }
    ++words.at;  // one white space, then the samples

    const size_t samples = image.bytes() / 3 * channels, sample_bytes = maximum > 255 ? 2 : 1;
    const size_t needed = plain ? 2 * samples - 1 : samples * sample_bytes;  // plain: a digit each, a space between
    const size_t left = bytes.size() - std::min(words.at, bytes.size());
    if (left < needed) {
        fail(ErrorKind::bad_file, name, ": expected at least ", needed, " bytes of samples for ", image.width, "x", image.height, ", got ",
             left);
    }
    const std::vector<uint8_t> scaled = scale_to(maximum);
    image.pixels.resize(image.bytes());
    for (size_t i = 0; i < samples; ++i) {
        size_t sample = 0;
        if (plain) {
            sample = static_cast<size_t>(words.number("a sample", maximum));
        } else {
            for (size_t byte = 0; byte < sample_bytes; ++byte) {
                sample = sample << 8 | std::to_integer<size_t>(bytes[words.at++]);
            }
        }
        std::fill_n(image.pixels.begin() + static_cast<ptrdiff_t>(i * 3 / channels), 3 / channels,
                    scaled[std::min(sample, scaled.size() - 1)]);
    }
    return image;
}

}  // namespace heed::io
