#pragma once

#include "base/dtype.h"

namespace heed::reference {

// The double nearest to `value` that a tensor of this dtype can hold; beyond the largest: infinity.
double rounded(double value, DType dtype);

}  // namespace heed::reference
