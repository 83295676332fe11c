#pragma once

#include <cstddef>
#include <span>

namespace heed::profile {

// What is said of repeated measurements; all zeros when there are none.
struct Spread {
    size_t count = 0;
    double least = 0, median = 0, p95 = 0, most = 0;  // p95: 95 of 100 took no longer
};
Spread spread_of(std::span<const double> values);

}  // namespace heed::profile
