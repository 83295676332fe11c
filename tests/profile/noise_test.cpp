#include "profile/noise.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

namespace heed {
namespace {

using namespace profile;

using List = std::vector<double>;

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("noise: p is the share of permutations that are as one-sided, by hand") {
        // 3 against 3 at the largest distance: one way of 20, on either side. The blocks are single values at this length.
        const List low{1, 2, 3, 4, 5, 6}, high{11, 12, 13, 14, 15, 16};
        Shift shift = shift_of(low, high);
        CHECK(shift.p == doctest::Approx(2.0 / 20));
        CHECK(shift.least_p == doctest::Approx(2.0 / 20));
        CHECK(shift.ratio == doctest::Approx(13.5 / 3.5));
        CHECK(shift.least == 0);  // three blocks are too few for an interval
        CHECK(shift.most == std::numeric_limits<double>::infinity());
        // 7 against 7: 3432 ways. One pair that has changed places makes 2 of them at least as one-sided.
        List before, after;
        for (int i = 1; i <= 7; ++i) {
            before.insert(before.end(), 2, i == 7 ? 8 : i);
            after.insert(after.end(), 2, i == 1 ? 7 : i + 7);
        }
        shift = shift_of(before, after);
        CHECK(shift.p == doctest::Approx(2 * 2.0 / 3432));
        CHECK(shift.least_p == doctest::Approx(2.0 / 3432));
        CHECK(shift_of(after, before).p == shift.p);
        // Equal lists, ties throughout.
        CHECK(shift_of(before, before).p == 1);
        CHECK(shift_of(List(14, 2.0), List(14, 2.0)).p == 1);
        CHECK(shift_of(List{}, List{1}).p == 1);
    }

    TEST_CASE("noise: an allowance is taken off in the direction of the shift, never beyond it") {
        List before, after;
        for (int i = 0; i < 14; ++i) {
            before.push_back(100 + i / 2);
            after.push_back(120 + i / 2);
        }
        CHECK(shift_of(before, after).p == doctest::Approx(2.0 / 3432));
        CHECK(shift_of(before, after, {.allowance = 1.1}).p == doctest::Approx(2.0 / 3432));
        CHECK(shift_of(before, after, {.allowance = 1.2}).p > 0.1);
        CHECK(shift_of(after, before, {.allowance = 1.1}).p == doctest::Approx(2.0 / 3432));
        CHECK(shift_of(after, before, {.allowance = 1.2}).p > 0.1);
        CHECK(shift_of(before, after, {.allowance = 1.2}).ratio == doctest::Approx(123.0 / 103));
    }

    TEST_CASE("noise: the interval holds the true ratio 95 times of 100, and the more measurements depend on each other the fewer tell") {
        std::mt19937 random(5);
        std::normal_distribution<double> normal;
        int held = 0, runs = 600;
        double width = 0;
        for (int run = 0; run < runs; ++run) {
            List before, after;
            for (int i = 0; i < 21; ++i) {
                before.push_back(std::exp(0.05 * normal(random)));
                after.push_back(1.3 * std::exp(0.05 * normal(random)));
            }
            const Shift shift = shift_of(before, after);
            held += shift.least <= 1.3 && 1.3 <= shift.most ? 1 : 0;
            width += (shift.most - shift.least) / runs;
        }
        CHECK(held >= 0.94 * runs);
        CHECK(width < 0.15);
        const List list(40, 1.0);
        CHECK(shift_of(list, list, {.correlation = 0}).least_p < shift_of(list, list, {.correlation = 0.6}).least_p);
        CHECK(shift_of(list, list, {.correlation = 0.95}).least_p == 1);
    }

    TEST_CASE("noise: autocorrelation is found by rank, and corrected for what short lists hide") {
        std::mt19937 random(6);
        std::student_t_distribution<double> tails(3);
        for (const double wanted : {0.0, 0.5, 0.8}) {
            double sum = 0;
            for (int run = 0; run < 300; ++run) {
                std::array<List, 2> lists;
                for (List& list : lists) {
                    double value = 0;
                    for (int i = 0; i < 80; ++i) {
                        value = wanted * value + std::sqrt(1 - wanted * wanted) * tails(random);
                        if (i >= 40) {
                            list.push_back(std::exp(0.05 * value));
                        }
                    }
                }
                sum += autocorrelation(lists[0], lists[1]) / 300;
            }
            CHECK(sum == doctest::Approx(wanted).epsilon(0.1));
        }
        CHECK(autocorrelation(List(9, 1.0), List(9, 1.0)) < 0.2);
    }

    TEST_CASE("noise: Holm's correction by hand") {
        CHECK(holm({0.01, 0.04, 0.03}) == List{0.03, 0.06, 0.06});
        CHECK(holm({0.5, 0.6}) == List{1, 1});
        CHECK(holm({}).empty());
    }
}

}  // namespace heed
