#include "models/vit/positions.h"

#include <algorithm>
#include <cmath>

#include "heed.h"

namespace heed {
namespace {

double cubic(double x, double a) {
    x = std::abs(x);
    if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

struct Tap {
    int64_t source = 0;
    double weight = 0;
};

std::vector<Tap> plain_taps(int64_t to, double scale, int64_t sources) {
    constexpr double kSharpness = -0.75;
    const double centre = scale * (static_cast<double>(to) + 0.5) - 0.5;
    const int64_t left = static_cast<int64_t>(std::floor(centre));
    std::vector<Tap> taps;
    for (int64_t at = left - 1; at <= left + 2; ++at) {
        taps.push_back({std::clamp<int64_t>(at, 0, sources - 1), cubic(centre - static_cast<double>(at), kSharpness)});
    }
    return taps;
}

std::vector<Tap> antialiased_taps(int64_t to, double scale, int64_t sources) {
    constexpr double kSharpness = -0.5, kReach = 2;
    const double wide = std::max(scale, 1.0), centre = scale * (static_cast<double>(to) + 0.5);
    const int64_t first = std::max<int64_t>(static_cast<int64_t>(centre - kReach * wide + 0.5), 0);
    const int64_t last = std::min<int64_t>(static_cast<int64_t>(centre + kReach * wide + 0.5), sources);
    std::vector<Tap> taps;
    double sum = 0;
    for (int64_t at = first; at < last; ++at) {
        taps.push_back({at, cubic((static_cast<double>(at) - centre + 0.5) / wide, kSharpness)});
        sum += taps.back().weight;
    }
    for (Tap& tap : taps) {
        tap.weight /= sum;
    }
    return taps;
}

// One axis of [outer, sources, inner] -> [outer, targets, inner].
std::vector<double> resample(const std::vector<double>& x, int64_t outer, int64_t sources, int64_t targets, int64_t inner, bool antialias) {
    std::vector<double> out(static_cast<size_t>(outer * targets * inner), 0.0);
    const double scale = static_cast<double>(sources) / static_cast<double>(targets);
    for (int64_t to = 0; to < targets; ++to) {
        const std::vector<Tap> taps = antialias ? antialiased_taps(to, scale, sources) : plain_taps(to, scale, sources);
        for (int64_t o = 0; o < outer; ++o) {
            for (const Tap& tap : taps) {
                for (int64_t i = 0; i < inner; ++i) {
                    out[static_cast<size_t>((o * targets + to) * inner + i)] +=
                        tap.weight * x[static_cast<size_t>((o * sources + tap.source) * inner + i)];
                }
            }
        }
    }
    return out;
}

}  // namespace

std::vector<float> interpolate_positions(const std::vector<float>& table, const Grid& from, const Grid& to, int64_t channels,
                                         bool antialias) {
    ensure(static_cast<int64_t>(table.size()) == from.cells() * channels, "positions: ", table.size(), " numbers for ", from.rows, " x ",
           from.columns, " x ", channels);
    if (from == to) {
        return table;
    }
    std::vector<double> x(table.begin(), table.end());
    x = resample(x, from.rows, from.columns, to.columns, channels, antialias);
    x = resample(x, 1, from.rows, to.rows, to.columns * channels, antialias);
    return {x.begin(), x.end()};
}

}  // namespace heed
