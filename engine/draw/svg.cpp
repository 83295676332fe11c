#include "draw/svg.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "io/base64.h"
#include "io/png.h"
#include "unicode/utf8.h"

namespace heed::draw {
namespace {

// "12.5", whatever the locale.
std::string number_text(double value) {
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed, 2).ptr;
    std::string out(digits.begin(), end);
    out.resize(out.find_last_not_of('0') + 1);
    out.resize(out.find_last_not_of('.') + 1);
    return out == "-0" ? "0" : out;
}

std::string hex(Colour colour) {
    std::string out = "#";
    for (const uint8_t part : {colour.red, colour.green, colour.blue}) {
        out.push_back("0123456789abcdef"[part >> 4]);
        out.push_back("0123456789abcdef"[part & 15]);
    }
    return out;
}

// What XML knows no way to say becomes U+FFFD.
std::string escaped(std::string_view utf8) {
    std::string out;
    for (const char32_t code : decode_utf8(utf8)) {
        switch (code) {
            case U'&': out += "&amp;"; break;
            case U'<': out += "&lt;"; break;
            case U'>': out += "&gt;"; break;
            case U'"': out += "&quot;"; break;
            case 0xfffe:
            case 0xffff: out += "\uFFFD"; break;
            default: append_utf8(code < 0x20 ? (code == U'\t' || code == U'\n' || code == U'\r' ? U' ' : U'\uFFFD') : code, out);
        }
    }
    return out;
}

std::string path_through(std::span<const Point> points, char first) {
    std::string out;
    for (const Point& p : points) {
        out += heed::text(out.empty() ? first : 'L', number_text(p.x), " ", number_text(p.y));
    }
    return out;
}

}  // namespace

Svg::Svg(double width, double height, std::string title) : width_(width), height_(height), title_(std::move(title)) {
    fill({0, 0, width, height}, kPaper);
    flush();
}

size_t Svg::number(Colour colour) {
    const auto found = std::ranges::find(colours_, colour);
    if (found == colours_.end()) {
        colours_.push_back(colour);
        return colours_.size() - 1;
    }
    return static_cast<size_t>(found - colours_.begin());
}

// Boxes of one colour are one path: a page of many small maps has tens of thousands of them.
void Svg::fill(Box box, Colour colour) {
    boxes_[number(colour)] += heed::text("M", number_text(box.x), " ", number_text(box.y), "h", number_text(box.width), "v",
                                         number_text(box.height), "h", number_text(-box.width), "z");
}

void Svg::flush() {
    for (const auto& [colour, path] : boxes_) {
        body_ += heed::text("<path class=\"c", colour, "\" d=\"", path, "\"/>\n");
    }
    boxes_.clear();
}

void Svg::line(Point from, Point to, double width, Colour colour) {
    flush();
    body_ += heed::text("<path class=\"l c", number(colour), "\" stroke-width=\"", number_text(width), "\" d=\"M", number_text(from.x), " ",
                        number_text(from.y), "L", number_text(to.x), " ", number_text(to.y), "\"/>\n");
}

void Svg::polyline(std::span<const Point> points, double width, Colour colour) {
    flush();
    body_ += heed::text("<path class=\"l c", number(colour), "\" stroke-width=\"", number_text(width), "\" d=\"", path_through(points, 'M'),
                        "\"/>\n");
}

void Svg::area(std::span<const Point> above, std::span<const Point> below, Colour colour) {
    flush();
    const std::vector<Point> back(below.rbegin(), below.rend());
    body_ += heed::text("<path class=\"a c", number(colour), "\" d=\"", path_through(above, 'M'), path_through(back, 'L'), "z\"/>\n");
}

void Svg::text(Point baseline, std::string_view utf8, const TextStyle& style) {
    flush();
    const std::string x = number_text(baseline.x), y = number_text(baseline.y);
    body_ +=
        heed::text("<text class=\"c", number(style.colour), "\" x=\"", x, "\" y=\"", y, "\" font-size=\"", number_text(style.size), "\"");
    body_ += style.bold ? " font-weight=\"600\"" : "";
    body_ += style.align == Align::start ? "" : style.align == Align::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
    body_ += style.degrees == 0 ? "" : heed::text(" transform=\"rotate(", number_text(-style.degrees), " ", x, " ", y, ")\"");
    body_ += heed::text(">", escaped(utf8), "</text>\n");
}

void Svg::picture(Point top_left, const io::Image& rgb) {
    flush();
    body_ += heed::text("<image x=\"", number_text(top_left.x), "\" y=\"", number_text(top_left.y), "\" width=\"",
                        number_text(rgb.width / kPixels), "\" height=\"", number_text(rgb.height / kPixels),
                        "\" href=\"data:image/png;base64,", io::base64(io::encode_png(rgb)), "\"/>\n");
}

std::string Svg::file() const {
    Svg whole = *this;
    whole.flush();
    std::string day, dark;
    for (size_t i = 0; i < colours_.size(); ++i) {
        day += heed::text(".c", i, "{color:", hex(colours_[i]), "}");
        dark += heed::text(".c", i, "{color:", hex(night(colours_[i])), "}");
    }
    const std::string width = number_text(width_), height = number_text(height_);
    return heed::text("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", width, "\" height=\"", height, "\" viewBox=\"0 0 ", width, " ",
                      height, "\" role=\"img\">\n<title>", escaped(title_),
                      "</title>\n<style>\npath,text{fill:currentColor}path{shape-rendering:crispEdges}",
                      ".l{fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round}.l,.a{shape-rendering:auto}",
                      "text{font-family:system-ui,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\",sans-serif;white-space:pre}\n", day,
                      "\n@media(prefers-color-scheme:dark){", dark, "}\n</style>\n", whole.body_, "</svg>\n");
}

}  // namespace heed::draw
