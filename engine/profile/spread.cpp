#include "profile/spread.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace heed::profile {

Spread spread_of(std::span<const double> values) {
    if (values.empty()) {
        return {};
    }
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const size_t n = sorted.size();
    const auto rank = static_cast<size_t>(std::ceil(0.95 * static_cast<double>(n)));
    return {.count = n,
            .least = sorted.front(),
            .median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2,
            .p95 = sorted[rank - 1],
            .most = sorted.back()};
}

}  // namespace heed::profile
