#pragma once

#include <cstdint>

#include "models/regression/nadaraya_watson.h"

namespace heed {

double example_curve(double x);  // what the example's points lie around

// `count` points at places from 0 to 5 that chance picks, each off the curve by a number from a normal distribution of deviation 0.4. The
// same on every platform.
Points example_points(size_t count = 60, uint64_t seed = 1);

}  // namespace heed
