#pragma once

#include <cstdint>

namespace heed::draw {

struct Colour {
    uint8_t red = 0, green = 0, blue = 0;

    friend bool operator==(const Colour&, const Colour&) = default;
};

constexpr Colour kPaper{255, 255, 255};
constexpr Colour kInk{28, 32, 44};
constexpr Colour kFaint{116, 122, 138};  // for what explains
constexpr Colour kLine{208, 212, 222};

// How a weight looks: from almost the paper's white through green to a deep violet, with equal steps of lightness, so that
// equal differences look equal and a grey copy still reads. What lies outside [0,1] is clamped; NaN is magenta.
Colour heat(double value);

Colour mix(Colour from, Colour to, double amount);

// A colour of a white page as it is on a dark one: as light there as it was dark.
Colour night(Colour colour);

// Ink or paper, whichever can be read on it.
Colour readable_on(Colour background);

}  // namespace heed::draw
