#pragma once

#include <map>
#include <string>
#include <vector>

#include "draw/surface.h"

namespace heed::draw {

// A page as a file of its own that any browser shows. Words are words: any script, to be searched and copied. Where the reader's
// browser is dark so is the page: every colour turns into night()'s.
class Svg : public Surface {
public:
    Svg(double width, double height, std::string title);

    using Surface::text;
    void fill(Box box, Colour colour) override;  // boxes that follow one another must not overlap
    void line(Point from, Point to, double width, Colour colour) override;
    void polyline(std::span<const Point> points, double width, Colour colour) override;
    void area(std::span<const Point> above, std::span<const Point> below, Colour colour) override;
    void text(Point baseline, std::string_view utf8, const TextStyle& style) override;
    void picture(Point top_left, const io::Image& rgb) override;
    double pixels_per_point() const override { return kPixels; }

    std::string file() const;

private:
    static constexpr double kPixels = 2;  // of pictures, in a point

    size_t number(Colour colour);  // of its class in the style sheet
    void flush();

    double width_, height_;
    std::string title_, body_;
    std::vector<Colour> colours_;
    std::map<size_t, std::string> boxes_;  // by the colour's number, not in the body yet
};

}  // namespace heed::draw
