#include "profile/noise.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "profile/spread.h"

namespace heed::profile {
namespace {

constexpr size_t kMostBlocks = 7;
constexpr double kApart = 2;  // lengths of the correlation from block to block

// The rank of each value among all, twice over so that ties have whole ones too.
std::vector<size_t> doubled_ranks(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    std::vector<size_t> out;
    for (const double value : values) {
        const auto equal = std::ranges::equal_range(sorted, value);
        out.push_back(static_cast<size_t>((equal.begin() - sorted.begin()) + (equal.end() - sorted.begin())) + 1);
    }
    return out;
}

size_t blocks_in(size_t count, double correlation) {
    const double length = kApart * (1 + correlation) / (1 - correlation);
    return std::clamp(static_cast<size_t>(static_cast<double>(count) / length), size_t{1}, kMostBlocks);
}

std::vector<double> block_medians(std::span<const double> values, double correlation) {
    std::vector<double> out;
    const size_t blocks = blocks_in(values.size(), correlation);
    for (size_t i = 0; i < blocks; ++i) {
        const size_t begin = i * values.size() / blocks, end = (i + 1) * values.size() / blocks;
        out.push_back(spread_of(values.subspan(begin, end - begin)).median);
    }
    return out;
}

// In how many ways `take` of these ranks add up to each sum.
std::vector<double> ways(const std::vector<size_t>& ranks, size_t take) {
    const size_t whole = std::accumulate(ranks.begin(), ranks.end(), size_t{0});
    std::vector<std::vector<double>> out(take + 1, std::vector<double>(whole + 1));
    out[0][0] = 1;
    for (const size_t rank : ranks) {
        for (size_t k = take; k-- > 0;) {
            for (size_t sum = 0; sum + rank <= whole; ++sum) {
                out[k + 1][sum + rank] += out[k][sum];
            }
        }
    }
    return out[take];
}

// The share of all permutations that are as one-sided as this, on either side.
double rank_sum_p(const std::vector<double>& first, const std::vector<double>& second) {
    std::vector<double> all = first;
    all.insert(all.end(), second.begin(), second.end());
    const std::vector<size_t> ranks = doubled_ranks(all);
    const std::vector<double> sums = ways(ranks, first.size());
    const auto own = std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(first.size()), std::ptrdiff_t{0});
    const double below = std::accumulate(sums.begin(), sums.begin() + own + 1, 0.0);
    const double above = std::accumulate(sums.begin() + own, sums.end(), 0.0);
    return std::min(1.0, 2 * std::min(below, above) / std::accumulate(sums.begin(), sums.end(), 0.0));
}

// Of the ratios of every second median to every first one those between which 95 of 100 true ratios lie, whatever the noise is like.
void find_interval(const std::vector<double>& first, const std::vector<double>& second, Shift& out) {
    std::vector<size_t> ranks(first.size() + second.size());
    std::iota(ranks.begin(), ranks.end(), size_t{1});
    const std::vector<double> sums = ways(ranks, first.size());
    const size_t least_sum = first.size() * (first.size() + 1) / 2;
    const double all = std::accumulate(sums.begin(), sums.end(), 0.0);
    out.least_p = std::min(1.0, 2 / all);
    size_t left_out = 0;
    for (double beyond = sums[least_sum]; 2 * beyond <= 0.05 * all; beyond += sums[least_sum + left_out]) {
        ++left_out;
    }
    if (left_out == 0) {
        return;  // too few blocks
    }
    std::vector<double> ratios;
    for (const double before : first) {
        for (const double after : second) {
            ratios.push_back(after / before);
        }
    }
    std::ranges::sort(ratios);
    out.least = std::min(out.ratio, ratios[left_out - 1]);
    out.most = std::max(out.ratio, ratios[ratios.size() - left_out]);
}

}  // namespace

double autocorrelation(std::span<const double> before, std::span<const double> after) {
    double product = 0, square = 0;
    for (const std::span<const double> values : {before, after}) {
        const std::vector<size_t> ranks = doubled_ranks(values);
        const double middle = static_cast<double>(values.size()) + 1;
        for (size_t i = 0; i < ranks.size(); ++i) {
            const double off = static_cast<double>(ranks[i]) - middle;
            square += off * off;
            product += i > 0 ? off * (static_cast<double>(ranks[i - 1]) - middle) : 0;
        }
    }
    const double measured = square > 0 ? product / square : 0;
    const double unseen = 2 * (1 + 3 * measured) / static_cast<double>(before.size() + after.size());  // what short lists hide of it
    return std::clamp(measured + unseen, -0.99, 0.99);
}

Shift shift_of(std::span<const double> before, std::span<const double> after, const ShiftOptions& options) {
    Shift out;
    if (before.empty() || after.empty()) {
        return out;
    }
    out.ratio = spread_of(after).median / spread_of(before).median;
    const double correlation = std::clamp(options.correlation, 0.0, 0.99);
    const std::vector<double> first = block_medians(before, correlation);
    std::vector<double> second = block_medians(after, correlation);
    find_interval(first, second, out);
    for (double& median : second) {
        median *= out.ratio > 1 ? 1 / options.allowance : options.allowance;
    }
    out.p = rank_sum_p(first, second);
    return out;
}

std::vector<double> holm(const std::vector<double>& p) {
    std::vector<size_t> order(p.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::stable_sort(order, {}, [&](size_t i) { return p[i]; });
    std::vector<double> out(p.size());
    double reached = 0;
    for (size_t i = 0; i < order.size(); ++i) {
        reached = std::max(reached, std::min(1.0, p[order[i]] * static_cast<double>(p.size() - i)));
        out[order[i]] = reached;
    }
    return out;
}

}  // namespace heed::profile
