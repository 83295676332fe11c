#pragma once

#include <cstddef>
#include <vector>

#include "models/series/pair.h"

namespace heed {

// What a model is to be compared with, reckoned on the host.

// The target stays where it was: [horizon].
std::vector<double> last_value_forecast(const SeriesPair& pair);

// Least squares: the target's step is a constant and so much of the source's step in this row and in each of the `lags` - 1 before it.
// Where fewer rows are known than there are unknowns, the smallest solution. [horizon]
std::vector<double> lagged_forecast(const SeriesPair& pair, size_t lags = 13);

}  // namespace heed
