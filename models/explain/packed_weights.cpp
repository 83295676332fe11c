#include "models/explain/packed_weights.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "heed.h"
#include "io/base64.h"

namespace heed {
namespace {

constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr float kRounding = 1e-3f;  // how far beyond 0 and 1 sums of halves may come

void append_row(std::vector<std::byte>& out, std::span<const float> row, uint32_t base) {
    for (const float weight : row) {
        if (!(weight >= -kRounding && weight <= 1 + kRounding)) {
            fail(ErrorKind::bad_input, "explain: expected weights of 0 to 1, got ", weight);
        }
    }
    const double largest = std::clamp<double>(std::ranges::max(row), 0, 1);
    auto whole = static_cast<uint32_t>(std::lround(largest * (static_cast<double>(base) * base * base - 1)));
    for (int digit = 0; digit < 3; ++digit, whole /= base) {
        out.push_back(static_cast<std::byte>(whole % base));
    }
    for (const float weight : row) {
        const double share = largest > 0 ? std::clamp(weight / largest, 0.0, 1.0) : 0;
        out.push_back(static_cast<std::byte>(std::lround((base - 1) * std::sqrt(share))));
    }
}

}  // namespace

std::string packed_weights(std::span<const float> weights, size_t columns, WeightDigits digits) {
    if (columns == 0 || weights.size() % columns != 0) {
        fail(ErrorKind::bad_input, "explain: expected rows of ", columns, " weights, got ", weights.size(), " weights");
    }
    std::vector<std::byte> out;
    out.reserve(weights.size() / columns * (columns + 3));
    for (size_t row = 0; row < weights.size(); row += columns) {
        append_row(out, weights.subspan(row, columns), digits == WeightDigits::bytes ? 256 : 64);
    }
    if (digits == WeightDigits::bytes) {
        return io::base64(out);
    }
    std::string text;
    std::ranges::transform(out, std::back_inserter(text), [](std::byte digit) { return kCharacters[static_cast<size_t>(digit)]; });
    return text;
}

}  // namespace heed
