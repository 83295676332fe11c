#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace heed {

// Base64's characters either way: four of them are three bytes, or each is a digit of its own.
enum class WeightDigits { bytes, characters };

// Weights of 0 to 1 as text. A row is three digits d0 d1 d2 for its largest weight, (d0 + d1 B + d2 B^2) / (B^3 - 1), then a digit d for
// each weight, which is (d / (B - 1))^2 of the largest: fine steps where weights are small. B is 256 for bytes, 64 for characters.
// Throws bad_input for a number that is no such weight.
std::string packed_weights(std::span<const float> weights, size_t columns, WeightDigits digits);

}  // namespace heed
