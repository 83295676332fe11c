#include "models/nn/positions.h"

#include <algorithm>
#include <cmath>

namespace heed::nn {

std::vector<float> sinusoidal_positions(int64_t positions, int64_t channels, const Sinusoids& how) {
    const double steps = static_cast<double>(channels) / 2 - (how.reaches_base ? 1 : 0);  // from frequency 1 to 1 / base
    const int64_t sines = (channels + 1) / 2;
    std::vector<float> table(static_cast<size_t>(positions * channels));
    for (int64_t c = 0; c < channels; ++c) {
        const bool sine = how.halves ? c < sines : c % 2 == 0;
        const int64_t index = !how.halves ? c / 2 : sine ? c : c - sines;
        const double frequency = std::pow(how.base, -static_cast<double>(index) / steps);
        for (int64_t t = 0; t < positions; ++t) {
            const double angle = static_cast<double>(how.first + t) * frequency;
            table[static_cast<size_t>(t * channels + c)] = static_cast<float>(sine ? std::sin(angle) : std::cos(angle));
        }
    }
    return table;
}

int64_t bucket_of(int64_t distance, const DistanceBuckets& buckets) {
    const int64_t own = buckets.both_ways ? buckets.count / 2 : buckets.count;
    const int64_t first = buckets.both_ways && distance > 0 ? own : 0;
    const int64_t far = buckets.both_ways ? std::abs(distance) : std::max<int64_t>(-distance, 0);
    const int64_t single = own / 2;
    if (far < single) {
        return first + far;
    }
    // in float, as published, so that what lies on a boundary falls to the same side
    const auto exact = static_cast<float>(single);
    const auto range = static_cast<float>(std::log(static_cast<double>(buckets.max_distance) / static_cast<double>(single)));
    const float wide = std::log(static_cast<float>(far) / exact) / range * static_cast<float>(own - single);
    return first + std::min(single + static_cast<int64_t>(wide), own - 1);
}

std::vector<float> relative_bias(const std::vector<float>& by_bucket, const DistanceBuckets& buckets) {
    const size_t heads = by_bucket.size() / static_cast<size_t>(buckets.count);
    std::vector<float> out;
    for (size_t h = 0; h < heads; ++h) {
        for (int64_t distance = -buckets.max_distance; distance <= buckets.max_distance; ++distance) {
            out.push_back(by_bucket[static_cast<size_t>(bucket_of(distance, buckets)) * heads + h]);
        }
    }
    return out;
}

}  // namespace heed::nn
