#include "models/nn/positions.h"

#include <cmath>

namespace heed::nn {

std::vector<float> sinusoidal_positions(int64_t positions, int64_t channels, const Sinusoids& how) {
    const double steps = static_cast<double>(channels) / 2 - (how.reaches_base ? 1 : 0);  // from frequency 1 to 1 / base
    const int64_t sines = (channels + 1) / 2;
    std::vector<float> table(static_cast<size_t>(positions * channels));
    for (int64_t t = 0; t < positions; ++t) {
        for (int64_t c = 0; c < channels; ++c) {
            const bool sine = how.halves ? c < sines : c % 2 == 0;
            const int64_t index = !how.halves ? c / 2 : sine ? c : c - sines;
            const double angle = static_cast<double>(how.first + t) * std::pow(how.base, -static_cast<double>(index) / steps);
            table[static_cast<size_t>(t * channels + c)] = static_cast<float>(sine ? std::sin(angle) : std::cos(angle));
        }
    }
    return table;
}

}  // namespace heed::nn
