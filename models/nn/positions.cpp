#include "models/nn/positions.h"

#include <cmath>

namespace heed::nn {

std::vector<float> sinusoidal_positions(int64_t positions, int64_t channels, double base) {
    std::vector<float> table(static_cast<size_t>(positions * channels));
    for (int64_t t = 0; t < positions; ++t) {
        for (int64_t c = 0; c < channels; ++c) {
            const double angle = static_cast<double>(t) * std::pow(base, -static_cast<double>(c / 2 * 2) / static_cast<double>(channels));
            table[static_cast<size_t>(t * channels + c)] = static_cast<float>(c % 2 == 0 ? std::sin(angle) : std::cos(angle));
        }
    }
    return table;
}

Tensor sinusoidal(Graph& graph, int64_t positions, int64_t channels) {
    // the sizes are in the name because plans of several lengths may share one Store
    return graph.constant(text("positions.sinusoidal.", positions, "x", channels), {positions, channels},
                          sinusoidal_positions(positions, channels));
}

}  // namespace heed::nn
