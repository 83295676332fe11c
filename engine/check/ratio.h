#pragma once

#include <span>

namespace heed::check {

// How many times as long one thing took as another that was measured beside it, turn by turn: the median of the turns' ratios, and
// between what it may lie (99 %).
struct Ratio {
    double median = 1, low = 1, high = 1;

    bool noise() const;  // no more than chance, or than where two identical things happen to lie in memory
};
Ratio ratio_of(std::span<const double> before, std::span<const double> after);

}  // namespace heed::check
