#include "models/draw/cells.h"

#include <algorithm>

#include "heed.h"
#include "models/draw/font.h"

namespace heed::draw {

double widest(const std::vector<std::string>& words, double size, double room) {
    double width = 0;
    for (const std::string& word : words) {
        width = std::max(width, std::min(room, text_width(word, size)));
    }
    return width;
}

// Cells share their edges, so edges are computed once a row and column: no seams, whatever the size.
void draw_cells(Canvas& canvas, Box box, std::span<const float> values, int64_t rows, int64_t columns, double largest) {
    if (rows <= 0 || columns <= 0 || static_cast<int64_t>(values.size()) != rows * columns) {
        fail(ErrorKind::bad_input, "heat map: expected ", rows, " x ", columns, " weights, got ", values.size());
    }
    for (int64_t row = 0; row < rows; ++row) {
        const double top = canvas.snapped(box.y + box.height * static_cast<double>(row) / static_cast<double>(rows));
        const double bottom = canvas.snapped(box.y + box.height * static_cast<double>(row + 1) / static_cast<double>(rows));
        for (int64_t column = 0; column < columns; ++column) {
            const double left = canvas.snapped(box.x + box.width * static_cast<double>(column) / static_cast<double>(columns));
            const double right = canvas.snapped(box.x + box.width * static_cast<double>(column + 1) / static_cast<double>(columns));
            const double value = values[static_cast<size_t>(row * columns + column)];
            canvas.fill({left, top, right - left, bottom - top}, heat(value / largest));
        }
    }
    draw_frame(canvas, box);
}

void draw_frame(Canvas& canvas, Box box, Colour colour) {
    const double right = box.x + box.width, bottom = box.y + box.height;
    canvas.line({box.x, box.y}, {right, box.y}, 0.75, colour);
    canvas.line({right, box.y}, {right, bottom}, 0.75, colour);
    canvas.line({right, bottom}, {box.x, bottom}, 0.75, colour);
    canvas.line({box.x, bottom}, {box.x, box.y}, 0.75, colour);
}

}  // namespace heed::draw
