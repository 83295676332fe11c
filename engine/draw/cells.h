#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "draw/surface.h"

namespace heed::draw {

constexpr double kWordGap = 7;  // between words and cells

// The width of the widest word, of those that are wider than `room` no more than that.
double widest(const std::vector<std::string>& words, double size, double room);

// values [rows, columns] as coloured cells that fill the box, with a thin frame around.
void draw_cells(Surface& page, Box box, std::span<const float> values, int64_t rows, int64_t columns, double largest);

void draw_frame(Surface& page, Box box, Colour colour = kLine);

}  // namespace heed::draw
