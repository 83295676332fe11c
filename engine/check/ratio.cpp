#include "check/ratio.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace heed::check {
namespace {

constexpr double kLeastChange = 0.02;  // the same kernel in two Sessions differs by as much
constexpr size_t kFewest = 8;          // that many coins all fall on one side once in 128 times
constexpr double kDeviations = 2.576;  // 99 % of a normal distribution

}  // namespace

Ratio ratio_of(std::span<const double> before, std::span<const double> after) {
    std::vector<double> ratios;
    for (size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
        if (before[i] > 0 && after[i] > 0) {
            ratios.push_back(after[i] / before[i]);
        }
    }
    if (ratios.empty()) {
        return {};
    }
    std::ranges::sort(ratios);
    const size_t n = ratios.size();
    const double median = (ratios[(n - 1) / 2] + ratios[n / 2]) / 2;
    if (n < kFewest) {
        return {median, 0, std::numeric_limits<double>::infinity()};
    }
    // each turn is a coin for which side of the true median it falls on
    const double least = static_cast<double>(n) / 2 - kDeviations * std::sqrt(static_cast<double>(n)) / 2;
    const auto rank = static_cast<size_t>(std::max(0.0, std::floor(least)));
    return {median, ratios[rank], ratios[n - 1 - rank]};
}

bool Ratio::noise() const {
    return (low <= 1 && high >= 1) || std::abs(median - 1) < kLeastChange;
}

}  // namespace heed::check
