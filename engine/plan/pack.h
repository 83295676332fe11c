#pragma once

#include <cstddef>
#include <vector>

#include "ir/graph.h"

namespace heed {

// A constant's bytes as its kernels read them: laid out by its packing, converted to the value's dtype. value.shape is the
// packed shape; a packing that pads, pads with zeros.
std::vector<std::byte> pack(const Value& value);

// The packed shape of a [K,N] or, transposed, [N,K] matrix.
Shape packed_shape(const Shape& shape, Packing packing, int64_t panel);

}  // namespace heed
