#include <doctest/doctest.h>

#include <limits>

#include "reference/case.h"

namespace heed {
namespace {

using reference::Array;
using reference::compare;
using reference::Comparison;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Comparison compare_lists(const std::vector<float>& got, const std::vector<double>& expected, reference::Tolerance tolerance) {
    Array array(Shape{static_cast<int64_t>(expected.size())});
    array.data = expected;
    return compare(got, array, tolerance);
}

double ratio(float got, double expected, reference::Tolerance tolerance = {0.5, 0.5}) {
    return compare_lists({got}, {expected}, tolerance).worst_ratio;
}

}  // namespace

TEST_SUITE("reference") {
    TEST_CASE("compare: the worst element, its error and its place") {
        const Comparison worst = compare_lists({1, 2.5f, -4}, {1, 2, -4.25}, {0.125, 0.125});
        CHECK(worst.worst_index == 1);
        CHECK(worst.worst_error == 0.5);
        CHECK(worst.worst_ratio == 0.5 / 0.375);
        CHECK(worst.got == 2.5);
        CHECK(worst.expected == 2);
    }

    TEST_CASE("compare: absolute and relative allowances add up") {
        CHECK(ratio(3, 2) == doctest::Approx(1 / 1.5));
        CHECK(ratio(2, 2) == 0);
        CHECK(ratio(-1, 0) == 2);
    }

    TEST_CASE("compare: NaN must meet NaN, infinity the same infinity") {
        CHECK(ratio(kNan, std::numeric_limits<double>::quiet_NaN()) == 0);
        CHECK(ratio(kNan, 1) == std::numeric_limits<double>::infinity());
        CHECK(ratio(1, std::numeric_limits<double>::quiet_NaN()) == std::numeric_limits<double>::infinity());
        CHECK(ratio(kInfinity, std::numeric_limits<double>::infinity()) == 0);
        CHECK(ratio(-kInfinity, std::numeric_limits<double>::infinity()) == std::numeric_limits<double>::infinity());
        CHECK(ratio(1, std::numeric_limits<double>::infinity()) == std::numeric_limits<double>::infinity());
        CHECK(ratio(kInfinity, 1) == std::numeric_limits<double>::infinity());
        CHECK(ratio(kInfinity, 1e39) == 0);  // what no f32 can hold
    }

    TEST_CASE("compare: a NaN is not hidden by what comes after it") {
        const Comparison worst = compare_lists({0, kNan, 100}, {0, 0, 0}, {1, 1});
        CHECK(worst.worst_index == 1);
        CHECK(worst.worst_ratio > 1);
    }

    TEST_CASE("compare: with no allowance every difference counts") {
        CHECK(ratio(1, 1, {0, 0}) == 0);
        CHECK(ratio(1, 1 + 1e-7, {0, 0}) > 1);
    }
}

}  // namespace heed
