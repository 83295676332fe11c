#pragma once

#include <vector>

#include "models/weights.h"

namespace heed {

// A weight's numbers, whatever it is stored as: for the host to reckon with.
std::vector<float> floats_of(const WeightData& data);

}  // namespace heed
