#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/draw/canvas.h"

namespace heed::draw {

// A letter as strokes of a round pen: pairs of ends, in units of which an em has twenty, y upwards from the baseline.
struct Glyph {
    double advance = 0;
    std::vector<Point> segments;
};

// Latin letters (with the usual accents), digits and signs; anything else is an empty box.
Glyph glyph(char32_t code);

constexpr double kUnitsPerEm = 20;

double text_width(std::string_view utf8, double size);

// As much of the text as fits, with an ellipsis where it was cut.
std::string shortened(std::string_view utf8, double size, double width);

}  // namespace heed::draw
