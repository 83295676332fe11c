#include "models/vision/preprocess.h"

#include <algorithm>
#include <cmath>

#include "heed.h"

namespace heed {
namespace {

constexpr int kMaxSide = 4096;

int to_nearest(double value) {  // halves to even
    return static_cast<int>(std::nearbyint(value));
}

PixelSize resized(const Preprocessing& how, PixelSize from) {
    using Fit = Preprocessing::Fit;
    if (how.fit == Fit::none || how.fit == Fit::squash) {
        return how.fit == Fit::none ? from : how.size;
    }
    if (how.fit == Fit::shortest_edge) {
        const int edge = how.size.width, shorter = std::min(from.width, from.height), longer = std::max(from.width, from.height);
        const int other = static_cast<int>(static_cast<double>(int64_t{edge} * longer) / shorter);
        return from.width <= from.height ? PixelSize{edge, other} : PixelSize{other, edge};
    }
    const double wide = static_cast<double>(from.width) / how.size.width, high = static_cast<double>(from.height) / how.size.height;
    const double ratio = how.fit == Fit::cover ? std::min(wide, high) : std::max(wide, high);
    return {to_nearest(from.width / ratio), to_nearest(from.height / ratio)};
}

// The first pixel of the middle `wanted` of `size`; negative where the border before the picture begins.
int middle(int size, int wanted, Preprocessing::Centre centre) {
    const int beyond = size - wanted, missing = -beyond;
    if (centre == Preprocessing::Centre::down) {
        return beyond >= 0 ? beyond / 2 : -((missing + 1) / 2);
    }
    return beyond >= 0 ? to_nearest(beyond / 2.0) : -(missing / 2);
}

// What of the resized picture is used, and where in the result it lies.
struct Cut {
    PixelSize resized, result;
    io::Window used;
    int left = 0, top = 0;
};

Cut cut(const Preprocessing& how, PixelSize picture) {
    Cut out;
    out.resized = resized(how, picture);
    out.result = how.crop.value_or(out.resized);
    if (std::min({out.resized.width, out.resized.height, out.result.width, out.result.height}) < 1 ||
        std::max(out.result.width, out.result.height) > kMaxSide) {
        fail(ErrorKind::bad_input, "preprocess: expected a picture that becomes one of 1 to ", kMaxSide, " pixels a side, got ",
             picture.width, "x", picture.height, ", which becomes ", out.result.width, "x", out.result.height);
    }
    const int left = middle(out.resized.width, out.result.width, how.centre);
    const int top = middle(out.resized.height, out.result.height, how.centre);
    out.left = std::max(-left, 0);
    out.top = std::max(-top, 0);
    out.used = {.left = std::max(left, 0),
                .top = std::max(top, 0),
                .width = std::min(out.resized.width, out.result.width),
                .height = std::min(out.resized.height, out.result.height)};
    return out;
}

}  // namespace

PixelSize preprocessed_size(const Preprocessing& how, PixelSize picture) {
    return cut(how, picture).result;
}

Region seen_region(const Preprocessing& how, PixelSize picture) {
    const Cut where = cut(how, picture);
    const double wide = static_cast<double>(picture.width) / where.resized.width;
    const double high = static_cast<double>(picture.height) / where.resized.height;
    return {.left = wide * (where.used.left - where.left),
            .top = high * (where.used.top - where.top),
            .width = wide * where.result.width,
            .height = high * where.result.height};
}

std::vector<float> preprocess(const io::Image& image, const Preprocessing& how) {
    if (image.channels != 3 || image.width < 1 || image.height < 1) {
        fail(ErrorKind::bad_input, "preprocess: expected an RGB picture, got one of ", image.width, "x", image.height, " with ",
             image.channels, " channels");
    }
    const Cut where = cut(how, {image.width, image.height});
    const io::Image used = io::resize(image, where.resized.width, where.resized.height, how.filter, where.used);
    const size_t row = static_cast<size_t>(where.result.width), plane = row * static_cast<size_t>(where.result.height);
    std::vector<float> out(3 * plane);
    for (size_t c = 0; c < 3; ++c) {
        std::array<float, 256> levels;
        for (size_t level = 0; level < levels.size(); ++level) {
            levels[level] = (static_cast<float>(static_cast<double>(level) * how.rescale) - how.mean[c]) / how.deviation[c];
        }
        float* const first = out.data() + c * plane;
        std::fill_n(first, plane, levels[how.border[c]]);
        const uint8_t* from = used.pixels.data() + c;
        for (int y = 0; y < used.height; ++y) {
            float* to = first + static_cast<size_t>(where.top + y) * row + where.left;
            for (int x = 0; x < used.width; ++x, from += 3) {
                *to++ = levels[*from];
            }
        }
    }
    return out;
}

}  // namespace heed
