#pragma once

#include <vector>

#include "heed.h"

namespace heed::nn {

// Published tables of sines and cosines differ in four ways.
struct Sinusoids {
    bool halves = false;        // all sines before all cosines; else in turn
    bool reaches_base = false;  // the slowest frequency is 1 / base; else the one after it would be
    int64_t first = 0;          // the position of row 0
    double base = 10000;
};

// Row t: sin(p w) and cos(p w) of position p = first + t, for C/2 frequencies w that fall from 1 towards 1 / base: [positions, channels].
std::vector<float> sinusoidal_positions(int64_t positions, int64_t channels, const Sinusoids& how = {});

}  // namespace heed::nn
