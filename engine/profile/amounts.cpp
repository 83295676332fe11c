#include "profile/amounts.h"

#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace heed::profile {
namespace {

template <size_t N>
std::string scaled(double value, double step, const std::array<const char*, N>& prefixes, const char* unit) {
    size_t power = 0;
    // 999.5 would be printed as 1000 of the smaller unit
    for (; std::abs(value) >= step * 0.9995 && power + 1 < N; ++power) {
        value /= step;
    }
    return digits(value) + " " + prefixes[power] + unit;
}

}  // namespace

std::string digits(double value) {
    const double size = std::abs(value);
    const int after = size == 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    std::ostringstream out;
    out << std::fixed << std::setprecision(after) << value;
    return out.str();
}

std::string seconds_text(double seconds) {
    if (std::abs(seconds) >= 0.9995) {
        return digits(seconds) + " s";
    }
    if (std::abs(seconds) >= 0.9995e-3) {
        return digits(seconds * 1e3) + " ms";
    }
    return std::abs(seconds) >= 0.9995e-6 ? digits(seconds * 1e6) + " us" : digits(seconds * 1e9) + " ns";
}

std::string amount_text(double amount, const char* unit) {
    return scaled(amount, 1000, std::array{"", "k", "M", "G", "T"}, unit);
}

std::string bytes_text(double bytes) {
    return scaled(bytes, 1024, std::array{"", "Ki", "Mi", "Gi", "Ti"}, "B");
}

std::string percent_text(double share) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(share < 0.0995 ? 1 : 0) << 100 * share << " %";
    return out.str();
}

}  // namespace heed::profile
