#pragma once

#include <span>
#include <string_view>

#include "draw/colour.h"
#include "io/image.h"

namespace heed::draw {

struct Point {
    double x = 0, y = 0;  // from the top left corner
};

struct Box {
    double x = 0, y = 0, width = 0, height = 0;
};

enum class Align { start, middle, end };

struct TextStyle {
    double size = 14;  // as in "14 point": capitals are 0.7 of it
    Colour colour = kInk;
    bool bold = false;
    Align align = Align::start;
    double degrees = 0;  // turned counter-clockwise about where it is anchored
};

// A white page to draw on, in points: pixels (Canvas) or a file that says what is on it (Svg).
class Surface {
public:
    virtual ~Surface() = default;

    virtual void fill(Box box, Colour colour) = 0;
    virtual void line(Point from, Point to, double width, Colour colour) = 0;               // with round ends
    virtual void polyline(std::span<const Point> points, double width, Colour colour) = 0;  // as one shape, with round corners
    // what lies between two lines through points below one another
    virtual void area(std::span<const Point> above, std::span<const Point> below, Colour colour) = 0;
    virtual void text(Point baseline, std::string_view utf8, const TextStyle& style) = 0;
    virtual void picture(Point top_left, const io::Image& rgb) = 0;  // a pixel of it is a pixel of the page
    virtual double pixels_per_point() const = 0;

    void text(Point baseline, std::string_view utf8) { text(baseline, utf8, {}); }
    double snapped(double points) const;  // to the nearest pixel's edge
};

}  // namespace heed::draw
