#pragma once

#include <string_view>
#include <vector>

#include "draw/surface.h"
#include "io/image.h"

namespace heed::draw {

// A page of pixels; more of them for each point make the same picture sharper.
class Canvas : public Surface {
public:
    Canvas(double width, double height, double pixels_per_point = 2);

    using Surface::text;
    void fill(Box box, Colour colour) override;  // edges may fall between pixels
    void line(Point from, Point to, double width, Colour colour) override;
    void polyline(std::span<const Point> points, double width, Colour colour) override;
    void area(std::span<const Point> above, std::span<const Point> below, Colour colour) override;
    void text(Point baseline, std::string_view utf8, const TextStyle& style) override;
    void picture(Point top_left, const io::Image& rgb) override;
    double pixels_per_point() const override { return scale_; }

    const io::Image& image() const { return image_; }

private:
    void blend(int x, int y, Colour colour, double amount);
    void strokes(const std::vector<Point>& ends, double radius, Colour colour);  // pairs of ends, in pixels

    double scale_;
    io::Image image_;
};

}  // namespace heed::draw
