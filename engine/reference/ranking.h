#pragma once

#include <cmath>

namespace heed::reference {

// The order of argmax and top_k: larger first, NaN before all; equals keep their order.
inline bool ranks_before(double a, double b) {
    return std::isnan(a) ? !std::isnan(b) : a > b;
}

}  // namespace heed::reference
