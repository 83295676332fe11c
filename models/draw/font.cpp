#include "models/draw/font.h"

#include <algorithm>
#include <cstring>
#include <glm/glm.hpp>

#include "models/draw/glyphs.h"
#include "models/text/utf8.h"

namespace heed::draw {
namespace {

constexpr double kGap = 4;          // between letters
constexpr double kSmallMiddle = 4;  // of the letters that accents are drawn for
constexpr double kCapitalLift = 4;
constexpr int kPiecesPerCurve = 6;

int digit(char c) {
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

std::vector<glm::dvec2> points_of(std::string_view pairs) {
    std::vector<glm::dvec2> points;
    for (size_t i = 0; i + 1 < pairs.size(); i += 2) {
        points.emplace_back(digit(pairs[i]), digit(pairs[i + 1]) - kBaseline);
    }
    return points;
}

void add_segment(Glyph& glyph, glm::dvec2 from, glm::dvec2 to) {
    glyph.segments.push_back({from.x, from.y});
    glyph.segments.push_back({to.x, to.y});
}

// The parabola from `from` to `to` that leaves and arrives in the direction of `control`.
void add_curve(Glyph& glyph, glm::dvec2 from, glm::dvec2 control, glm::dvec2 to) {
    glm::dvec2 last = from;
    for (int i = 1; i <= kPiecesPerCurve; ++i) {
        const double t = static_cast<double>(i) / kPiecesPerCurve;
        const glm::dvec2 next = glm::mix(glm::mix(from, control, t), glm::mix(control, to, t), t);
        add_segment(glyph, last, next);
        last = next;
    }
}

// A quadratic B-spline: curves that meet half-way between the points.
void add_smooth(Glyph& glyph, const std::vector<glm::dvec2>& points, bool closed) {
    const size_t n = points.size(), first = closed ? 0 : 1, last = closed ? n : n - 1;
    for (size_t i = first; i < last; ++i) {
        const glm::dvec2 before = points[(i + n - 1) % n], control = points[i], after = points[(i + 1) % n];
        const bool begins = !closed && i == first, ends = !closed && i + 1 == last;
        add_curve(glyph, begins ? before : (before + control) / 2.0, control, ends ? after : (control + after) / 2.0);
    }
}

void add_strokes(Glyph& glyph, std::string_view strokes) {
    while (!strokes.empty()) {
        const std::string_view stroke = strokes.substr(0, strokes.find(' '));
        strokes.remove_prefix(std::min(strokes.size(), stroke.size() + 1));
        if (stroke[0] == '~' || stroke[0] == '@') {
            add_smooth(glyph, points_of(stroke.substr(1)), stroke[0] == '@');
            continue;
        }
        const std::vector<glm::dvec2> points = points_of(stroke);
        for (size_t i = 1; i < points.size(); ++i) {
            add_segment(glyph, points[i - 1], points[i]);
        }
    }
}

const GlyphStrokes* find_strokes(char32_t code) {
    const auto found = std::ranges::find(glyph_strokes(), code, &GlyphStrokes::code);
    return found == glyph_strokes().end() ? nullptr : &*found;
}

bool accented(Glyph& out, char32_t code) {
    for (const Accent& accent : accents()) {
        const size_t at = accent.letters.find(code);
        if (at == std::u32string_view::npos) {
            continue;
        }
        const char32_t base = accent.bases[at];
        out = glyph(base == U'i' ? U'\u0131' : base);
        Glyph mark;
        add_strokes(mark, accent.strokes);
        const bool below = std::ranges::all_of(mark.segments, [](Point p) { return p.y <= 0; });
        const double lift = base < U'a' && !below ? kCapitalLift : 0;
        for (const Point p : mark.segments) {
            out.segments.push_back({p.x + (out.advance - kGap) / 2 - kSmallMiddle, p.y + lift});
        }
        return true;
    }
    return false;
}

}  // namespace

Glyph glyph(char32_t code) {
    Glyph out;
    if (accented(out, code)) {
        return out;
    }
    static constexpr GlyphStrokes kUnknown{0, 8, "06868k0k06"};
    const GlyphStrokes* found = find_strokes(code);
    const GlyphStrokes& strokes = found != nullptr ? *found : kUnknown;
    out.advance = strokes.width + kGap;
    add_strokes(out, strokes.strokes);
    return out;
}

double text_width(std::string_view utf8, double size) {
    double units = 0;
    for (const char32_t code : decode_utf8(utf8)) {
        units += glyph(code).advance;
    }
    return std::max(0.0, units - kGap) * size / kUnitsPerEm;
}

std::vector<std::string> wrapped(std::string_view utf8, double size, double width) {
    std::vector<std::string> lines;
    while (!utf8.empty()) {
        const std::string word(utf8.substr(0, utf8.find(' ')));
        utf8.remove_prefix(std::min(utf8.size(), word.size() + 1));
        if (!lines.empty() && text_width(lines.back() + " " + word, size) <= width) {
            lines.back() += " " + word;
        } else {
            lines.push_back(word);
        }
    }
    return lines;
}

std::string shortened(std::string_view utf8, double size, double width) {
    if (text_width(utf8, size) <= width) {
        return std::string(utf8);
    }
    static constexpr std::string_view kEllipsis = "\u2026";
    size_t fits = 0;
    for (size_t end = 1; end < utf8.size(); ++end) {
        const bool between_letters = (static_cast<unsigned char>(utf8[end]) & 0xC0) != 0x80;
        if (between_letters && text_width(std::string(utf8.substr(0, end)).append(kEllipsis), size) <= width) {
            fits = end;
        }
    }
    return std::string(utf8.substr(0, fits)).append(kEllipsis);
}

}  // namespace heed::draw
