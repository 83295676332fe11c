#include "models/series/features.h"

#include <algorithm>
#include <cmath>

namespace heed {

SeriesScale scale_of(std::span<const double> known) {
    if (known.size() < 2) {
        return {};
    }
    const auto count = static_cast<double>(known.size());
    SeriesScale scale;
    for (const double value : known) {
        scale.mean += value / count;
    }
    double squares = 0, steps = 0;
    for (size_t i = 0; i < known.size(); ++i) {
        squares += (known[i] - scale.mean) * (known[i] - scale.mean);
        const double step = i > 0 ? known[i] - known[i - 1] : 0;
        steps += step * step;
    }
    scale.deviation = std::sqrt(squares / count);
    scale.unit = std::sqrt(steps / (count - 1));
    return scale;
}

std::vector<float> features_of_last(std::span<const double> values, const SeriesScale& scale, const FeatureShape& shape) {
    std::vector<float> out(static_cast<size_t>(1 + shape.steps_back), 0.0f);
    if (scale.constant()) {
        return out;
    }
    const auto limited = [&](double value) { return static_cast<float>(std::clamp(value, -shape.limit, shape.limit)); };
    out[0] = limited((values.back() - scale.mean) / scale.deviation);
    for (size_t back = 0; back + 1 < std::min(values.size(), out.size()); ++back) {
        const size_t at = values.size() - 1 - back;
        out[1 + back] = limited((values[at] - values[at - 1]) / scale.unit);
    }
    return out;
}

std::vector<float> features_of(std::span<const double> values, const SeriesScale& scale, const FeatureShape& shape) {
    std::vector<float> out;
    for (size_t row = 1; row <= values.size(); ++row) {
        const std::vector<float> one = features_of_last(values.first(row), scale, shape);
        out.insert(out.end(), one.begin(), one.end());
    }
    return out;
}

}  // namespace heed
