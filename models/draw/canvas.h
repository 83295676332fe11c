#pragma once

#include <string_view>
#include <vector>

#include "io/image.h"
#include "models/draw/colour.h"

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

// A white page to draw on, in points; `pixels_per_point` makes the same picture sharper.
class Canvas {
public:
    Canvas(double width, double height, double pixels_per_point = 2);

    void fill(Box box, Colour colour);                             // edges may fall between pixels
    void line(Point from, Point to, double width, Colour colour);  // with round ends
    void text(Point baseline, std::string_view utf8, const TextStyle& style = {});
    void picture(Point top_left, const io::Image& rgb);  // a pixel of it is a pixel of the page

    double pixels_per_point() const { return scale_; }
    double snapped(double points) const;  // to the nearest pixel's edge
    const io::Image& image() const { return image_; }

private:
    void blend(int x, int y, Colour colour, double amount);
    void strokes(const std::vector<Point>& ends, double radius, Colour colour);  // pairs of ends, in pixels

    double scale_;
    io::Image image_;
};

}  // namespace heed::draw
