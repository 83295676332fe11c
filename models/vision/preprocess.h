#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "io/image.h"
#include "io/resize.h"

namespace heed {

struct PixelSize {
    int width = 0, height = 0;

    bool operator==(const PixelSize&) const = default;
};

// How a picture becomes what a vision model was trained on: resized, cut to its middle, scaled, normalised. The published ways differ
// in every step; docs/preprocessing.md has a row for each.
struct Preprocessing {
    enum class Fit {
        none,           // as large as it is
        squash,         // to `size`, whatever the proportions were
        shortest_edge,  // the shorter side to size.width, the longer in proportion, truncated
        cover,          // in proportion, the smallest that covers `size`, each side rounded to the nearest (halves to even)
        contain,        // in proportion, the largest inside `size`, rounded so too
    };
    // Where the middle begins when as many pixels cannot go from either side.
    enum class Centre {
        down,  // one less before it; around a picture that is too small, one more
        even,  // half of them, rounded to even; around a picture that is too small, one less
    };

    Fit fit = Fit::squash;
    PixelSize size{224, 224};
    io::Filter filter = io::Filter::bilinear;
    std::optional<PixelSize> crop;
    Centre centre = Centre::down;
    std::array<uint8_t, 3> border{};  // around a picture that is smaller than the crop
    double rescale = 1.0 / 255;
    std::array<float, 3> mean{0.5f, 0.5f, 0.5f}, deviation{0.5f, 0.5f, 0.5f};
};

// What a picture of that size becomes. Throws bad_input when that is more than 4096 pixels a side, or nothing.
PixelSize preprocessed_size(const Preprocessing& how, PixelSize picture);

// A rectangle in a picture's pixels, which may reach beyond its edges.
struct Region {
    double left = 0, top = 0, width = 0, height = 0;
};

// What of a picture of that size the model sees; where a border is added, beyond the picture's edges.
Region seen_region(const Preprocessing& how, PixelSize picture);

// An RGB picture as [3,H,W], H and W as preprocessed_size() says.
std::vector<float> preprocess(const io::Image& image, const Preprocessing& how);

}  // namespace heed
