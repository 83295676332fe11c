#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace heed {

// What the model's numbers are multiples of: of the rows at the beginning of a series in which both series are known, the mean, the
// deviation from it, and the root of the mean square of the steps from row to row. A series that does not change has no unit: its features
// are zeros.
struct SeriesScale {
    double mean = 0, deviation = 0, unit = 0;

    bool constant() const { return !(unit > 0 && deviation > 0); }
};
SeriesScale scale_of(std::span<const double> known);

// What the model reads of the last of these rows [1 + steps_back]: its level, its step, and the steps before it, zeros before the first
// row. What is further than `limit` from zero counts as that.
struct FeatureShape {
    int64_t steps_back = 32;
    double limit = 10;
};
std::vector<float> features_of_last(std::span<const double> values, const SeriesScale& scale, const FeatureShape& shape);

// Those of every row: [rows, 1 + steps_back].
std::vector<float> features_of(std::span<const double> values, const SeriesScale& scale, const FeatureShape& shape);

}  // namespace heed
