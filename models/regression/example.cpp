#include "models/regression/example.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/mixed.h"

namespace heed {
namespace {

constexpr double kLast = 5, kNoise = 0.4;

double part(uint64_t bits) {  // above 0, below 1
    return (static_cast<double>(bits >> 11) + 0.5) / static_cast<double>(uint64_t{1} << 53);
}

}  // namespace

double example_curve(double x) {
    return 2 * std::sin(x) + std::pow(x, 0.8);
}

Points example_points(size_t count, uint64_t seed) {
    Points out;
    for (size_t i = 0; i < count; ++i) {
        out.x.push_back(kLast * part(mixed(mixed(seed) + i)));
    }
    std::ranges::sort(out.x);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t bits = mixed(mixed(seed + 1) + i);
        const double normal = std::sqrt(-2 * std::log(part(bits))) * std::cos(2 * std::numbers::pi * part(mixed(bits)));
        out.y.push_back(example_curve(out.x[i]) + kNoise * normal);
    }
    return out;
}

}  // namespace heed
