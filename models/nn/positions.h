#pragma once

#include <vector>

#include "heed.h"

namespace heed::nn {

// Row t: sin(t w) and cos(t w) in turn, for frequencies w that fall from 1 towards 1/base (Vaswani et al. 2017): [positions, channels].
std::vector<float> sinusoidal_positions(int64_t positions, int64_t channels, double base = 10000);

// The same as a constant of the graph.
Tensor sinusoidal(Graph& graph, int64_t positions, int64_t channels);  // [T,C]

}  // namespace heed::nn
