#include "io/resize.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numbers>
#include <utility>
#include <vector>

#include "base/error.h"

namespace heed::io {
namespace {

constexpr int kFractionBits = 22;  // of a weight: 8 more for a sample and 2 for weights below 0 and above 1 make 32

double sinc(double x) {
    return x == 0 ? 1 : std::sin(x * std::numbers::pi) / (x * std::numbers::pi);
}

double half_width(Filter filter) {
    switch (filter) {
        case Filter::nearest:
        case Filter::box: return 0.5;
        case Filter::bilinear:
        case Filter::hamming: return 1;
        case Filter::bicubic: return 2;
        case Filter::lanczos: return 3;
    }
    fail(ErrorKind::internal, "resize: a filter without a width");
}

double weight(Filter filter, double x) {
    const double size = std::abs(x);
    switch (filter) {
        case Filter::nearest:
        case Filter::box: return x > -0.5 && x <= 0.5 ? 1 : 0;
        case Filter::bilinear: return size < 1 ? 1 - size : 0;
        case Filter::hamming: return size < 1 ? sinc(size) * (0.54f + 0.46f * std::cos(size * std::numbers::pi)) : 0;
        case Filter::bicubic:  // Keys, a = -0.5
            return size < 1 ? (1.5 * size - 2.5) * size * size + 1 : size < 2 ? (((size - 5) * size + 8) * size - 4) * -0.5 : 0;
        case Filter::lanczos: return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
    fail(ErrorKind::internal, "resize: a filter without weights");
}

// Which samples make one sample of the result, and how much of each, in 2^-22.
struct Taps {
    int first = 0;
    std::vector<int32_t> weights;

    int end() const { return first + static_cast<int>(weights.size()); }
};

Taps find_taps(Filter filter, int from, int to, int at) {
    const double scale = static_cast<double>(from) / to, stretch = std::max(scale, 1.0);
    const double reach = half_width(filter) * stretch, shrink = 1 / stretch;
    const double centre = (at + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - reach + 0.5), 0), end = std::min(static_cast<int>(centre + reach + 0.5), from);
    std::vector<double> exact;
    double sum = 0;
    for (int x = first; x < end; ++x) {
        exact.push_back(weight(filter, (x - centre + 0.5) * shrink));
        sum += exact.back();
    }
    Taps taps{.first = first, .weights = {}};
    for (const double w : exact) {
        const double scaled = (sum != 0 ? w / sum : w) * (1 << kFractionBits);
        taps.weights.push_back(static_cast<int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5)));
    }
    while (taps.weights.size() > 1 && taps.weights.back() == 0) {  // an axis that keeps its size has one tap a sample
        taps.weights.pop_back();
    }
    return taps;
}

// One axis: the taps of `count` samples from `begin` on, where `from` samples become `to`.
std::vector<Taps> find_taps(Filter filter, int from, int to, int begin, int count) {
    std::vector<Taps> out;
    for (int i = 0; i < count; ++i) {
        out.push_back(find_taps(filter, from, to, begin + i));
    }
    return out;
}

uint8_t rounded(int32_t sum) {
    return static_cast<uint8_t>(std::clamp((sum + (1 << (kFractionBits - 1))) >> kFractionBits, 0, 255));
}

// Two rows at a time, one in either half of 64 bits, since that halves the multiplications. The lower sum, where it is negative,
// has borrowed one from the upper.
template <int kChannels>
void resize_two_rows(const std::vector<uint64_t>& rows, const std::vector<Taps>& columns, uint8_t* lower, uint8_t* upper) {
    for (const Taps& taps : columns) {
        uint64_t sums[kChannels] = {};
        const uint64_t* sample = rows.data() + ptrdiff_t{taps.first} * kChannels;
        for (const int32_t w : taps.weights) {
            for (int c = 0; c < kChannels; ++c) {
                sums[c] += sample[c] * static_cast<uint64_t>(int64_t{w});
            }
            sample += kChannels;
        }
        for (const uint64_t sum : sums) {
            const auto low = static_cast<int32_t>(sum);
            *lower++ = rounded(low);
            *upper++ = rounded(static_cast<int32_t>((sum - static_cast<uint64_t>(int64_t{low})) >> 32));
        }
    }
}

// The rows of a picture, made narrower or wider as they are asked for from the top down; only the last `kept` are held.
class ResizedRows {
public:
    ResizedRows(const Image& image, std::vector<Taps> columns, int kept)
        : image_(image),
          columns_(std::move(columns)),
          stride_(columns_.size() * static_cast<size_t>(image.channels)),
          kept_(static_cast<size_t>(kept) + 1),  // one that is made with its neighbour
          ring_(kept_ * stride_),
          pair_(image.bytes() / static_cast<size_t>(image.height)) {}

    size_t stride() const { return stride_; }
    const uint8_t* row(int y) const { return ring_.data() + static_cast<size_t>(y) % kept_ * stride_; }

    void make(int begin, int end) {
        for (made_ = std::max(made_, begin); made_ < end; made_ += 2) {
            const int partner = std::min(made_ + 1, image_.height - 1);  // the last may be its own
            const uint8_t* low = image_.pixels.data() + static_cast<size_t>(made_) * pair_.size();
            const uint8_t* high = image_.pixels.data() + static_cast<size_t>(partner) * pair_.size();
            for (size_t i = 0; i < pair_.size(); ++i) {
                pair_[i] = low[i] | uint64_t{high[i]} << 32;
            }
            (image_.channels == 1 ? resize_two_rows<1> : resize_two_rows<3>)(pair_, columns_, slot(made_), slot(partner));
        }
    }

private:
    uint8_t* slot(int y) { return ring_.data() + static_cast<size_t>(y) % kept_ * stride_; }

    const Image& image_;
    std::vector<Taps> columns_;
    size_t stride_, kept_;
    std::vector<uint8_t> ring_;
    std::vector<uint64_t> pair_;
    int made_ = 0;
};

Image resize_filtered(const Image& image, int width, int height, Filter filter, const Window& window) {
    const std::vector<Taps> rows = find_taps(filter, image.height, height, window.top, window.height);
    int most = 0;
    for (const Taps& taps : rows) {
        most = std::max(most, static_cast<int>(taps.weights.size()));
    }
    ResizedRows resized(image, find_taps(filter, image.width, width, window.left, window.width), most);
    Image out{window.width, window.height, image.channels, {}};
    out.pixels.reserve(out.bytes());
    std::vector<int32_t> sums(resized.stride());
    for (const Taps& taps : rows) {
        resized.make(taps.first, taps.end());
        std::ranges::fill(sums, 0);
        for (int y = taps.first; y < taps.end(); ++y) {
            const uint8_t* row = resized.row(y);
            const int32_t w = taps.weights[static_cast<size_t>(y - taps.first)];
            for (size_t i = 0; i < sums.size(); ++i) {
                sums[i] += row[i] * w;
            }
        }
        std::ranges::transform(sums, std::back_inserter(out.pixels), rounded);
    }
    return out;
}

// The sample nearest to the middle of each: found by adding up steps, whose rounding is part of the answer.
std::vector<int> nearest_samples(int from, int to, int begin, int count) {
    const double step = static_cast<double>(from) / to;
    double position = step * 0.5;
    std::vector<int> out;
    for (int i = 0; i < begin + count; ++i, position += step) {
        if (i >= begin) {
            out.push_back(std::min(static_cast<int>(position), from - 1));
        }
    }
    return out;
}

Image resize_nearest(const Image& image, int width, int height, const Window& window) {
    const std::vector<int> columns = nearest_samples(image.width, width, window.left, window.width);
    Image out{window.width, window.height, image.channels, {}};
    out.pixels.reserve(out.bytes());
    for (const int y : nearest_samples(image.height, height, window.top, window.height)) {
        for (const int x : columns) {
            const size_t pixel = static_cast<size_t>(y) * static_cast<size_t>(image.width) + static_cast<size_t>(x);
            const uint8_t* sample = image.pixels.data() + pixel * static_cast<size_t>(image.channels);
            out.pixels.insert(out.pixels.end(), sample, sample + image.channels);
        }
    }
    return out;
}

bool inside(int begin, int count, int size) {
    return begin >= 0 && count > 0 && begin <= size && count <= size - begin;
}

}  // namespace

Image resize(const Image& image, int width, int height, Filter filter) {
    return resize(image, width, height, filter, {.width = width, .height = height});
}

Image resize(const Image& image, int width, int height, Filter filter, const Window& window) {
    if (image.width <= 0 || image.height <= 0 || (image.channels != 1 && image.channels != 3) || image.pixels.size() != image.bytes()) {
        fail(ErrorKind::bad_input, "resize: expected width x height x 1 or 3 bytes, got ", image.width, "x", image.height, "x",
             image.channels, " and ", image.pixels.size(), " bytes");
    }
    if (!inside(window.left, window.width, width) || !inside(window.top, window.height, height)) {
        fail(ErrorKind::bad_input, "resize: expected a window inside ", width, "x", height, ", got ", window.width, "x", window.height,
             " from column ", window.left, " and row ", window.top, " on");
    }
    return filter == Filter::nearest ? resize_nearest(image, width, height, window) : resize_filtered(image, width, height, filter, window);
}

}  // namespace heed::io
