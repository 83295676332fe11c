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

// T5 sorts distances into buckets: the near ones each into one of its own, those further away into ever wider ones, and all from
// max_distance on into the last.
struct DistanceBuckets {
    int64_t count = 32, max_distance = 128;
    bool both_ways = false;  // keys behind the query have the second half of the buckets; else they share the query's own
};
int64_t bucket_of(int64_t distance, const DistanceBuckets& buckets);  // distance: key's position - query's

// A bias for each bucket and head [count,H] as one for each distance, which is what AttentionMask::relative_bias takes:
// [H, 2 max_distance + 1].
std::vector<float> relative_bias(const std::vector<float>& by_bucket, const DistanceBuckets& buckets);

}  // namespace heed::nn
