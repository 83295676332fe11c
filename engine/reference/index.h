#pragma once

#include <cstdint>
#include <vector>

#include "base/shape.h"

namespace heed::reference {

// Coordinates of the i-th element of a contiguous tensor, and back. An axis of size 1 stretches: its coordinate is read as 0.
std::vector<int64_t> coordinates_of(const Shape& shape, size_t index);
size_t index_of(const Shape& shape, const std::vector<int64_t>& coordinates);  // the last coordinates, when there are more than axes

}  // namespace heed::reference
