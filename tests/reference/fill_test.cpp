#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/round.h"

namespace heed {
namespace {

using reference::Case;
using reference::Feed;
using reference::Fill;
using reference::fill_inputs;

std::vector<double> filled(Fill fill, DType dtype = DType::f32, const std::string& name = "case", Shape shape = {50, 21}) {
    Graph graph;
    graph.input("x", shape, dtype);
    return fill_inputs({.name = name, .build = {}, .fills = {{"x", fill}}}, graph).at("x").data;
}

bool all(const std::vector<double>& data, bool (*holds)(double)) {
    return std::ranges::all_of(data, holds);
}

}  // namespace

TEST_SUITE("reference") {
    TEST_CASE("fill: the same numbers every time, others for another case or input") {
        CHECK(filled(Fill::normal) == filled(Fill::normal));
        CHECK(filled(Fill::normal) != filled(Fill::normal, DType::f32, "another"));
        Graph graph;
        graph.input("x", {50, 21});
        graph.input("y", {50, 21});
        const Feed feed = fill_inputs({.name = "case", .build = {}}, graph);
        CHECK(feed.at("x").data == filled(Fill::normal));
        CHECK(feed.at("x").data != feed.at("y").data);
    }

    TEST_CASE("fill: the numbers are the same on every platform") {
        const std::vector<double> x = filled(Fill::lattice, DType::f32, "fixed", {6});
        CHECK(x == std::vector<double>{1, 3.5, 3.5, -2, 3.5, 2.5});
    }

    TEST_CASE("fill: every kind is what it says") {
        const std::vector<double> normal = filled(Fill::normal);
        double mean = 0, square = 0;
        for (double x : normal) {
            mean += x / static_cast<double>(normal.size());
            square += x * x / static_cast<double>(normal.size());
        }
        CHECK(std::abs(mean) < 0.1);
        CHECK(std::abs(square - 1) < 0.15);
        CHECK(all(filled(Fill::lattice), [](double x) { return std::abs(x) <= 4 && x * 2 == std::round(x * 2); }));
        CHECK(all(filled(Fill::large), [](double x) { return std::abs(x) == 1e4; }));
        CHECK(all(filled(Fill::very_low), [](double x) { return x >= -1.8e10 && x <= -6.5e9; }));
        CHECK(all(filled(Fill::very_low, DType::f16), [](double x) { return x >= -6e4 && x <= -3e4; }));
        CHECK(all(filled(Fill::constant), [](double x) { return x == 0.75; }));
        CHECK(all(filled(Fill::denormal), [](double x) { return x != 0 && std::abs(x) < 0x1p-126; }));
        CHECK(all(filled(Fill::denormal, DType::f16), [](double x) { return x != 0 && std::abs(x) < 0x1p-14; }));
        CHECK(all(filled(Fill::positive), [](double x) { return x >= 0.5 && x <= 1.5; }));
        const std::vector<double> with_nan = filled(Fill::with_nan);
        CHECK(std::ranges::count_if(with_nan, [](double x) { return std::isnan(x); }) == 1);
        CHECK(std::isnan(with_nan[with_nan.size() / 2]));
    }

    TEST_CASE("fill: masks hide whole rows and leave single survivors") {
        const std::vector<double> masks = filled(Fill::masks);  // [50,21]
        for (size_t row = 0; row < 50; ++row) {
            const auto first = masks.begin() + static_cast<std::ptrdiff_t>(row * 21);
            const auto seen = std::count(first, first + 21, 0.0);
            const auto hidden = std::count(first, first + 21, -std::numeric_limits<double>::infinity());
            CHECK(seen + hidden == 21);
            if (row % 5 == 4) {
                CHECK(seen == 0);
            } else if (row % 5 == 3) {
                CHECK(seen == 1);
            }
        }
    }

    TEST_CASE("fill: halves are rounded as a half holds them") {
        for (double x : filled(Fill::normal, DType::f16)) {
            CHECK(x == reference::rounded(x, DType::f16));
        }
        CHECK(reference::rounded(1e6, DType::f16) == std::numeric_limits<double>::infinity());
        CHECK(reference::rounded(2.6, DType::i32) == 3);
    }

    TEST_CASE("fill: literal values; integers must have them; states only when asked") {
        Graph graph;
        graph.dynamic("lengths", {2});
        graph.state("cache", {2, 2});
        CHECK_THROWS_AS(fill_inputs({.name = "case", .build = {}}, graph), Error);
        Feed feed = fill_inputs({.name = "case", .build = {}, .values = {{"lengths", {3, 4}}}}, graph);
        CHECK(feed.at("lengths").data == std::vector<double>{3, 4});
        CHECK(!feed.contains("cache"));
        feed = fill_inputs({.name = "case", .build = {}, .fills = {{"cache", Fill::constant}}, .values = {{"lengths", {3, 4}}}}, graph);
        CHECK(feed.at("cache").data == std::vector<double>(4, 0.75));
        CHECK_THROWS_AS(fill_inputs({.name = "case", .build = {}, .values = {{"lengths", {3}}}}, graph), Error);
        CHECK_THROWS_AS(fill_inputs({.name = "case", .build = {}, .fills = {{"typo", Fill::normal}}}, graph), Error);
    }
}

}  // namespace heed
