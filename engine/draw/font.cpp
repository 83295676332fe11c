#include "draw/font.h"

#include <algorithm>
#include <glm/glm.hpp>

#include "draw/glyphs.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed::draw {
namespace {

constexpr double kGap = 4;          // between letters
constexpr double kSmallMiddle = 4;  // of the letters that accents are drawn for
constexpr double kTallLift = 4;     // of a mark above capitals, and above another mark
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

bool is_tall(char32_t base) {
    return base < U'a' || std::u32string_view(U"bdfhkl\u00df").find(base) != std::u32string_view::npos;
}

constexpr char32_t kCaron = 0x30c, kApostrophe = 0x2019;

// A caron behind these looks like an apostrophe.
bool is_behind(char32_t mark, char32_t base) {
    return mark == kCaron && std::u32string_view(U"dtlL").find(base) != std::u32string_view::npos;
}

const char* strokes_of_mark(char32_t code, char32_t base) {
    if (is_behind(code, base)) {
        return find_strokes(kApostrophe)->strokes;
    }
    const auto found = std::ranges::find(mark_strokes(), code, &MarkStrokes::code);
    return found == mark_strokes().end() ? nullptr : found->strokes;
}

bool is_above(char32_t mark) {
    const auto found = std::ranges::find(mark_strokes(), mark, &MarkStrokes::code);
    return found != mark_strokes().end() && found->above;
}

// A letter and its marks, the nearest first; false for one that is not known.
bool add_letter(Glyph& out, std::u32string_view parts) {
    char32_t base = parts[0];
    if (base == U'i' || base == U'j') {
        const bool dotless = std::ranges::any_of(parts.substr(1), is_above);
        base = !dotless ? base : base == U'i' ? U'\u0131' : U'\u0237';
    }
    const GlyphStrokes* letter = find_strokes(base);
    if (letter == nullptr) {
        return false;
    }
    out.advance = letter->width + kGap;
    add_strokes(out, letter->strokes);
    double lift = is_tall(parts[0]) ? kTallLift : 0;
    for (const char32_t code : parts.substr(1)) {
        const char* const strokes = strokes_of_mark(code, parts[0]);
        if (strokes == nullptr) {
            return false;
        }
        Glyph mark;
        add_strokes(mark, strokes);
        const bool behind = is_behind(code, parts[0]), above = is_above(code) && !behind;
        for (const Point p : mark.segments) {
            const double x = behind ? p.x + letter->width + 1 : p.x + letter->width / 2 - kSmallMiddle;
            out.segments.push_back({x, p.y + (above ? lift : 0)});
        }
        lift += above ? kTallLift : 0;
        out.advance += behind ? 2 : 0;
    }
    return true;
}

// Two rows of hexadecimal digits in a box.
Glyph numbered_box(char32_t code) {
    constexpr double kDigit = 0.5, kColumn = 6.8, kRow = 8.8, kBelow = -2.6, kAbove = 16.6;
    const int columns = code > 0xffff ? 3 : 2;
    const double right = columns * kColumn + 2;
    Glyph box{.advance = right + kGap, .segments = {}};
    add_segment(box, {0, kBelow}, {0, kAbove});
    add_segment(box, {0, kAbove}, {right, kAbove});
    add_segment(box, {right, kAbove}, {right, kBelow});
    add_segment(box, {right, kBelow}, {0, kBelow});
    for (int i = 2 * columns - 1; i >= 0; --i, code >>= 4) {
        const auto letter = static_cast<unsigned char>("0123456789ABCDEF"[code & 15]);
        Glyph digit;
        add_strokes(digit, find_strokes(letter)->strokes);
        const double x = 1.9 + kColumn * (i % columns), y = i < columns ? kRow - 0.8 : -0.8;
        for (const Point p : digit.segments) {
            box.segments.push_back({x + kDigit * p.x, y + kDigit * p.y});
        }
    }
    return box;
}

}  // namespace

Glyph glyph(char32_t code) {
    Glyph out;
    if (add_letter(out, std::u32string_view(&code, 1))) {
        return out;
    }
    std::u32string parts;
    unicode::append_decomposed(code, false, parts);
    out = {};
    return parts.size() > 1 && add_letter(out, parts) ? out : numbered_box(code);
}

std::u32string drawn(std::string_view utf8) {
    constexpr char32_t kFirstSelector = 0xfe00, kLastSelector = 0xfe0f;  // of a character's variants
    std::u32string out;
    for (const char32_t code : decode_utf8(utf8)) {
        const char32_t both = out.empty() ? 0 : unicode::composed(out.back(), code);
        if (both != 0) {
            out.back() = both;
        } else if (!unicode::is_other(code) && (code < kFirstSelector || code > kLastSelector)) {
            out.push_back(code);
        }
    }
    return out;
}

double text_width(std::string_view utf8, double size) {
    double units = 0;
    for (const char32_t code : drawn(utf8)) {
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
