#pragma once

#include <span>
#include <string_view>

namespace heed::draw {

// heed's own stroke font. A point is two digits of base 36, x from the left and y from below the descenders: the baseline is at 6,
// small letters end at g (16), capitals at k (20). Points in a row are joined by lines; ~ makes a smooth curve that begins at the
// first point, ends at the last and bends towards those between; @ closes such a curve. A space lifts the pen.
struct GlyphStrokes {
    char32_t code;
    double width;
    const char* strokes;
};
std::span<const GlyphStrokes> glyph_strokes();

constexpr int kBaseline = 6;

// What letters wear, as Unicode decomposes them, drawn for a small letter eight units wide.
struct MarkStrokes {
    char32_t code;  // the combining character
    bool above;     // where letters are tall it is lifted
    const char* strokes;
};
std::span<const MarkStrokes> mark_strokes();

}  // namespace heed::draw
