#include "draw/canvas.h"

#include <algorithm>
#include <cmath>
#include <glm/glm.hpp>
#include <numbers>

#include "draw/font.h"

namespace heed::draw {
namespace {

constexpr double kDot = 1.35;  // how much wider than the pen's strokes its dots are

// How much of the pixel [at, at+1] lies in [from, to].
double covered(int at, double from, double to) {
    return std::clamp(std::min(at + 1.0, to) - std::max(static_cast<double>(at), from), 0.0, 1.0);
}

double distance(glm::dvec2 point, glm::dvec2 from, glm::dvec2 to) {
    const glm::dvec2 along = to - from;
    const double length2 = glm::dot(along, along);
    const double t = length2 > 0 ? std::clamp(glm::dot(point - from, along) / length2, 0.0, 1.0) : 0.0;
    return glm::length(point - from - t * along);
}

}  // namespace

Canvas::Canvas(double width, double height, double pixels_per_point) : scale_(pixels_per_point) {
    image_.width = std::max(1, static_cast<int>(std::ceil(width * scale_)));
    image_.height = std::max(1, static_cast<int>(std::ceil(height * scale_)));
    image_.pixels.assign(image_.bytes(), 255);
}

double Surface::snapped(double points) const {
    return std::round(points * pixels_per_point()) / pixels_per_point();
}

void Canvas::blend(int x, int y, Colour colour, double amount) {
    if (x < 0 || y < 0 || x >= image_.width || y >= image_.height || amount <= 0) {
        return;
    }
    uint8_t* pixel = &image_.pixels[3 * (static_cast<size_t>(y) * static_cast<size_t>(image_.width) + static_cast<size_t>(x))];
    const Colour mixed = mix({pixel[0], pixel[1], pixel[2]}, colour, amount);
    pixel[0] = mixed.red;
    pixel[1] = mixed.green;
    pixel[2] = mixed.blue;
}

void Canvas::fill(Box box, Colour colour) {
    const double left = box.x * scale_, right = (box.x + box.width) * scale_;
    const double top = box.y * scale_, bottom = (box.y + box.height) * scale_;
    for (int y = static_cast<int>(std::floor(top)); y < bottom; ++y) {
        for (int x = static_cast<int>(std::floor(left)); x < right; ++x) {
            blend(x, y, colour, covered(x, left, right) * covered(y, top, bottom));
        }
    }
}

void Canvas::line(Point from, Point to, double width, Colour colour) {
    strokes({{from.x * scale_, from.y * scale_}, {to.x * scale_, to.y * scale_}}, width * scale_ / 2, colour);
}

void Canvas::polyline(std::span<const Point> points, double width, Colour colour) {
    std::vector<Point> ends;
    for (size_t i = 1; i < points.size(); ++i) {
        for (const Point p : {points[i - 1], points[i]}) {
            ends.push_back({p.x * scale_, p.y * scale_});
        }
    }
    strokes(ends, width * scale_ / 2, colour);
}

// A column of pixels at a time, or there were seams where two parts meet in one.
void Canvas::area(std::span<const Point> above, std::span<const Point> below, Colour colour) {
    const size_t count = std::min(above.size(), below.size());
    if (count < 2) {
        return;
    }
    const double left = above[0].x * scale_, right = above[count - 1].x * scale_;
    size_t i = 1;
    for (int x = std::max(0, static_cast<int>(std::floor(left))); x < std::min<double>(right, image_.width); ++x) {
        while (i + 1 < count && above[i].x * scale_ < x + 0.5) {
            ++i;
        }
        const double from = above[i - 1].x * scale_, to = above[i].x * scale_;
        const double t = to > from ? std::clamp((x + 0.5 - from) / (to - from), 0.0, 1.0) : 0.5;
        const double top = scale_ * std::lerp(above[i - 1].y, above[i].y, t), bottom = scale_ * std::lerp(below[i - 1].y, below[i].y, t);
        for (int y = static_cast<int>(std::floor(top)); y < bottom; ++y) {
            blend(x, y, colour, covered(x, left, right) * covered(y, top, bottom));
        }
    }
}

void Canvas::text(Point baseline, std::string_view utf8, const TextStyle& style) {
    const double unit = style.size * scale_ / kUnitsPerEm;
    const double angle = style.degrees * std::numbers::pi / 180;
    const glm::dvec2 along(std::cos(angle), -std::sin(angle)), up(-std::sin(angle), -std::cos(angle));
    const double part = style.align == Align::start ? 0 : style.align == Align::middle ? 0.5 : 1;
    glm::dvec2 pen = glm::dvec2(baseline.x, baseline.y) * scale_ - along * (part * text_width(utf8, style.size) * scale_);
    std::vector<Point> ends;
    for (const char32_t code : drawn(utf8)) {
        const Glyph letter = glyph(code);
        for (const Point p : letter.segments) {
            const glm::dvec2 at = pen + (along * p.x + up * p.y) * unit;
            ends.push_back({at.x, at.y});
        }
        pen += along * (letter.advance * unit);
    }
    strokes(ends, (style.bold ? 1.3 : 0.9) * unit, style.colour);
}

void Canvas::picture(Point top_left, const io::Image& rgb) {
    const int left = static_cast<int>(std::lround(top_left.x * scale_)), top = static_cast<int>(std::lround(top_left.y * scale_));
    const uint8_t* from = rgb.pixels.data();
    for (int y = 0; y < rgb.height; ++y) {
        for (int x = 0; x < rgb.width; ++x, from += 3) {
            blend(left + x, top + y, {from[0], from[1], from[2]}, 1);
        }
    }
}

// All strokes count as one shape, so that where two meet nothing is painted twice.
void Canvas::strokes(const std::vector<Point>& ends, double radius, Colour colour) {
    if (ends.empty()) {
        return;
    }
    double left = ends[0].x, right = left, top = ends[0].y, bottom = top;
    for (const Point p : ends) {
        left = std::min(left, p.x), right = std::max(right, p.x);
        top = std::min(top, p.y), bottom = std::max(bottom, p.y);
    }
    const double reach = kDot * radius + 1;
    const int x0 = std::max(0, static_cast<int>(left - reach)), x1 = std::min(image_.width, static_cast<int>(right + reach) + 1);
    const int y0 = std::max(0, static_cast<int>(top - reach)), y1 = std::min(image_.height, static_cast<int>(bottom + reach) + 1);
    if (x0 >= x1 || y0 >= y1) {
        return;
    }
    std::vector<float> cover(static_cast<size_t>(x1 - x0) * static_cast<size_t>(y1 - y0), 0.0f);
    for (size_t i = 0; i + 1 < ends.size(); i += 2) {
        const glm::dvec2 from(ends[i].x, ends[i].y), to(ends[i + 1].x, ends[i + 1].y);
        const double pen = from == to ? kDot * radius : radius;
        const int first_x = std::max(x0, static_cast<int>(std::min(from.x, to.x) - reach));
        const int last_x = std::min(x1 - 1, static_cast<int>(std::max(from.x, to.x) + reach));
        const int first_y = std::max(y0, static_cast<int>(std::min(from.y, to.y) - reach));
        const int last_y = std::min(y1 - 1, static_cast<int>(std::max(from.y, to.y) + reach));
        for (int y = first_y; y <= last_y; ++y) {
            for (int x = first_x; x <= last_x; ++x) {
                const double amount = std::clamp(pen + 0.5 - distance({x + 0.5, y + 0.5}, from, to), 0.0, 1.0);
                float& pixel = cover[static_cast<size_t>(y - y0) * static_cast<size_t>(x1 - x0) + static_cast<size_t>(x - x0)];
                pixel = std::max(pixel, static_cast<float>(amount));
            }
        }
    }
    for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) {
            blend(x, y, colour, cover[static_cast<size_t>(y - y0) * static_cast<size_t>(x1 - x0) + static_cast<size_t>(x - x0)]);
        }
    }
}

}  // namespace heed::draw
