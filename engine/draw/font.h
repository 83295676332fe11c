#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "draw/canvas.h"

namespace heed::draw {

// A letter as strokes of a round pen: pairs of ends, in units of which an em has twenty, y upwards from the baseline.
struct Glyph {
    double advance = 0;
    std::vector<Point> segments;
};

// Latin letters with what they wear in the languages of Europe, digits and signs; anything else is a box with its number.
Glyph glyph(char32_t code);

// What is drawn of a text: letters with their marks in one where there is such a character, and nothing that has no looks.
std::u32string drawn(std::string_view utf8);

constexpr double kUnitsPerEm = 20;

double text_width(std::string_view utf8, double size);

// The text in lines no wider than that, cut at spaces; a word that is wider has a line of its own.
std::vector<std::string> wrapped(std::string_view utf8, double size, double width);

// As much of the text as fits, with an ellipsis where it was cut.
std::string shortened(std::string_view utf8, double size, double width);

}  // namespace heed::draw
