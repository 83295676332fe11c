#include "base/half.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace heed {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// What the bits mean, straight from the standard.
double meaning(uint16_t bits) {
    const double sign = (bits & 0x8000u) != 0 ? -1 : 1;
    const int exponent = (bits >> 10) & 31, mantissa = bits & 1023;
    return exponent == 0 ? sign * std::ldexp(mantissa, -24) : sign * std::ldexp(1024 + mantissa, exponent - 25);
}

bool is_nan(uint16_t bits) {
    return (bits & 0x7fffu) > 0x7c00u;
}

}  // namespace

TEST_SUITE("base") {
    TEST_CASE("half: every one of the 65536 values means what the standard says and survives the round trip") {
        int wrong_meaning = 0, changed = 0;
        for (uint32_t i = 0; i < 65536; ++i) {
            const auto bits = static_cast<uint16_t>(i);
            const float value = from_half(bits);
            if (is_nan(bits)) {
                wrong_meaning += !std::isnan(value);
                changed += !is_nan(to_half(value));
            } else {
                const bool infinite = (bits & 0x7fffu) == 0x7c00u;
                wrong_meaning +=
                    infinite ? value != ((bits & 0x8000u) != 0 ? -kInfinity : kInfinity) : static_cast<double>(value) != meaning(bits);
                changed += to_half(value) != bits;
            }
        }
        CHECK(wrong_meaning == 0);
        CHECK(changed == 0);
    }

    TEST_CASE("half: between two neighbours the nearer one is taken, and the even one from the very middle") {
        int wrong = 0;
        for (uint32_t i = 0; i < 0x7bffu; ++i) {  // every finite value and the one above it
            const auto low = static_cast<uint16_t>(i), high = static_cast<uint16_t>(i + 1);
            const auto middle = static_cast<float>((meaning(low) + meaning(high)) / 2);  // f32 holds it exactly
            const uint16_t even = (low & 1u) == 0 ? low : high;
            wrong += to_half(middle) != even;
            wrong += to_half(std::nextafter(middle, 0.0f)) != low;
            wrong += to_half(std::nextafter(middle, kInfinity)) != high;
            wrong += to_half(-middle) != (even | 0x8000u);
        }
        CHECK(wrong == 0);
    }

    TEST_CASE("half: what is too large is infinite, what is too small is zero, with the sign kept") {
        CHECK(to_half(65504.0f) == 0x7bff);
        CHECK(to_half(std::nextafter(65520.0f, 0.0f)) == 0x7bff);
        CHECK(to_half(65520.0f) == 0x7c00);  // the middle between the largest and what would come next
        CHECK(to_half(1e30f) == 0x7c00);
        CHECK(to_half(-1e30f) == 0xfc00);
        CHECK(to_half(-kInfinity) == 0xfc00);
        CHECK(to_half(0x1p-25f) == 0);  // the middle between 0 and the smallest: 0 is even
        CHECK(to_half(std::nextafter(0x1p-25f, 1.0f)) == 1);
        CHECK(to_half(-0x1p-30f) == 0x8000);
        CHECK(to_half(std::numeric_limits<float>::denorm_min()) == 0);
        CHECK(std::signbit(from_half(0x8000)));
    }

    TEST_CASE("half: NaN stays NaN, even one whose mantissa lies below what half can hold") {
        CHECK(is_nan(to_half(std::numeric_limits<float>::quiet_NaN())));
        CHECK(is_nan(to_half(std::bit_cast<float>(0x7f800001u))));
        CHECK(is_nan(to_half(std::bit_cast<float>(0xff800001u))));
    }
}

}  // namespace heed
