#include "draw/cells.h"

#include <algorithm>

#include "base/error.h"
#include "draw/font.h"

namespace heed::draw {

double widest(const std::vector<std::string>& words, double size, double room) {
    double width = 0;
    for (const std::string& word : words) {
        width = std::max(width, std::min(room, text_width(word, size)));
    }
    return width;
}

// Cells share their edges, so edges are computed once a row and column: no seams, whatever the size. Neighbours of one colour are one
// box: most of what a word looks at is next to nothing.
void draw_cells(Surface& page, Box box, std::span<const float> values, int64_t rows, int64_t columns, double largest) {
    if (rows <= 0 || columns <= 0 || static_cast<int64_t>(values.size()) != rows * columns) {
        fail(ErrorKind::bad_input, "heat map: expected ", rows, " x ", columns, " weights, got ", values.size());
    }
    for (int64_t row = 0; row < rows; ++row) {
        const double top = page.snapped(box.y + box.height * static_cast<double>(row) / static_cast<double>(rows));
        const double bottom = page.snapped(box.y + box.height * static_cast<double>(row + 1) / static_cast<double>(rows));
        const auto left_of = [&](int64_t column) {
            return page.snapped(box.x + box.width * static_cast<double>(column) / static_cast<double>(columns));
        };
        const auto colour_of = [&](int64_t column) {
            return heat(static_cast<double>(values[static_cast<size_t>(row * columns + column)]) / largest);
        };
        for (int64_t first = 0, end = 1; first < columns; first = end, ++end) {
            const Colour colour = colour_of(first);
            while (end < columns && colour_of(end) == colour) {
                ++end;
            }
            page.fill({left_of(first), top, left_of(end) - left_of(first), bottom - top}, colour);
        }
    }
    draw_frame(page, box);
}

void draw_frame(Surface& page, Box box, Colour colour) {
    const double right = box.x + box.width, bottom = box.y + box.height;
    page.line({box.x, box.y}, {right, box.y}, 0.75, colour);
    page.line({right, box.y}, {right, bottom}, 0.75, colour);
    page.line({right, bottom}, {box.x, bottom}, 0.75, colour);
    page.line({box.x, bottom}, {box.x, box.y}, 0.75, colour);
}

}  // namespace heed::draw
