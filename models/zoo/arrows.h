#pragma once

#include <string_view>
#include <vector>

#include "draw/surface.h"

namespace heed::zoo {

constexpr draw::Colour kForwards{38, 92, 170}, kBackwards{196, 98, 28}, kLooking{112, 56, 150}, kFeeding{190, 40, 90};
constexpr draw::Colour kCarrying{96, 102, 118};  // what goes from layer to layer

// Lines from point to point, with a head at the last.
void draw_arrow(draw::Surface& surface, const std::vector<draw::Point>& points, draw::Colour colour, double width = 1.4);

void draw_dot(draw::Surface& surface, draw::Point centre, double size, draw::Colour colour);

// A tinted box with a word in its middle.
void draw_part(draw::Surface& surface, draw::Box box, std::string_view word, draw::Colour colour, double word_size = 12);

}  // namespace heed::zoo
