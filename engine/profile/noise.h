#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace heed::profile {

// How two lists of repeated measurements differ.
struct Shift {
    double ratio = 1;                                                  // of the medians, the second by the first
    double least = 0, most = std::numeric_limits<double>::infinity();  // the ratio's 95 % confidence interval
    double p = 1;        // of so large a shift, beyond the allowance, by noise alone; two-sided
    double least_p = 1;  // the smallest that so many measurements can give
};

struct ShiftOptions {
    double correlation = 0;  // of a measurement with the one before it
    double allowance = 1;    // a factor, in either direction, that is no shift yet
};

// Measurements one after the other are not independent. So each list, in the order of time and all above 0, is cut into as many
// consecutive blocks as can be independent at that correlation, at most 7, and the blocks' medians are compared by their ranks:
// Mann and Whitney's test over all permutations. The interval is Hodges and Lehmann's, of the same medians.
Shift shift_of(std::span<const double> before, std::span<const double> after, const ShiftOptions& options = {});

// How much of a measurement's rank is that of the one before it, over both lists: 0 where they are independent.
double autocorrelation(std::span<const double> before, std::span<const double> after);

// Holm's correction: each p as it must be held against the probability that any of them errs.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace heed::profile
