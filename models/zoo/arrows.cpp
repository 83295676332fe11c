#include "models/zoo/arrows.h"

#include <algorithm>
#include <cmath>

#include "draw/cells.h"

namespace heed::zoo {

using namespace draw;

namespace {

constexpr double kHead = 5, kHalfHead = 3.2;  // along an arrow and across
constexpr double kTint = 0.13;

// Pale boxes have pale words.
bool luminous(Colour colour) {
    return std::min({colour.red, colour.green, colour.blue}) > 180;
}

}  // namespace

void draw_arrow(Surface& surface, const std::vector<Point>& points, Colour colour, double width) {
    for (size_t i = 1; i < points.size(); ++i) {
        surface.line(points[i - 1], points[i], width, colour);
    }
    const Point end = points.back(), before = points[points.size() - 2];
    const double x = end.x - before.x, y = end.y - before.y, length = std::hypot(x, y);
    const Point along{x / length, y / length};
    for (const double side : {-kHalfHead, kHalfHead}) {
        surface.line({end.x - kHead * along.x - side * along.y, end.y - kHead * along.y + side * along.x}, end, width, colour);
    }
}

void draw_dot(Surface& surface, Point centre, double size, Colour colour) {
    surface.line(centre, centre, size, colour);
}

void draw_part(Surface& surface, Box box, std::string_view word, Colour colour, double word_size) {
    surface.fill(box, mix(kPaper, colour, kTint));
    draw_frame(surface, box, colour);
    surface.text({box.x + box.width / 2, box.y + box.height / 2 + 0.35 * word_size}, word,
                 {.size = word_size, .colour = mix(colour, kInk, luminous(colour) ? 0 : 1), .align = Align::middle});
}

}  // namespace heed::zoo
