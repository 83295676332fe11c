#pragma once

#include <cstdint>

namespace heed {

// IEEE binary16, round to nearest even; NaN stays NaN, overflow becomes infinity.
uint16_t to_half(float value);
float from_half(uint16_t bits);

}  // namespace heed
