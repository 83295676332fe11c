#include <doctest/doctest.h>

#include <cmath>

#include "models/model_check.h"
#include "models/regression/example.h"
#include "models/regression/picture.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;

// As it is written, in double precision.
double told(const Points& points, double x, double width, size_t without = SIZE_MAX) {
    double top = -INFINITY, sum = 0, weighted = 0;
    const auto score = [&](size_t i) { return -std::pow((x - points.x[i]) * width, 2) / 2; };
    for (size_t i = 0; i < points.size(); ++i) {
        top = i == without ? top : std::max(top, score(i));
    }
    for (size_t i = 0; i < points.size(); ++i) {
        const double weight = i == without ? 0 : std::exp(score(i) - top);
        sum += weight, weighted += weight * points.y[i];
    }
    return weighted / sum;
}

double leave_one_out(const Points& points, double width) {
    double squares = 0;
    for (size_t i = 0; i < points.size(); ++i) {
        squares += std::pow(told(points, points.x[i], width, i) - points.y[i], 2) / static_cast<double>(points.size());
    }
    return std::sqrt(squares);
}

}  // namespace

TEST_SUITE("device regression") {
    TEST_CASE("the curve is the formula's, for narrow and wide kernels, near and far") {
        const Points points = example_points(37);
        Regression regression(tests::device(), points);
        const std::vector<double> queries{-40, -1, 0, 0.31, 2.5, 4.9, 5, 7, 60};
        for (const double width : {0.05, 1.0, 7.0, 60.0}) {
            const RegressionCurve curve = regression.curve(queries, width);
            for (size_t i = 0; i < queries.size(); ++i) {
                CHECK(curve.y[i] == doctest::Approx(told(points, queries[i], width)).epsilon(2e-3));
                float sum = 0;
                for (const float weight : std::span(curve.weights).subspan(i * points.size(), points.size())) {
                    CHECK(weight >= 0);
                    sum += weight;
                }
                CHECK(sum == doctest::Approx(1).epsilon(1e-4));
            }
        }
        CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
    }

    TEST_CASE("far away the nearest point decides, and nothing is ever NaN") {
        const Points points{.x = {1, 1.001, 3}, .y = {-5, 2, 9}};
        Regression regression(tests::device(), points);
        const RegressionCurve curve = regression.curve(std::vector<double>{-1e300, 1e300, 1e6, INFINITY, -INFINITY}, 3);
        CHECK(curve.y[0] == doctest::Approx(-5));
        CHECK(curve.y[1] == doctest::Approx(9));
        CHECK(curve.y[2] == doctest::Approx(9));
        CHECK(curve.y[3] == doctest::Approx(9));
        CHECK(curve.y[4] == doctest::Approx(-5));
    }

    TEST_CASE("one point, points at one place, and points that are the same") {
        Regression one(tests::device(), {.x = {4}, .y = {7}});
        CHECK(!one.fit().error);
        CHECK(one.curve(std::vector<double>{-3, 4, 1e9}, 1).y == std::vector<double>{7, 7, 7});
        Regression stack(tests::device(), {.x = {2, 2, 2}, .y = {1, 2, 6}});
        const RegressionFit fit = stack.fit();
        CHECK(!fit.learned);
        CHECK(std::isfinite(*fit.error));
        for (const double y : stack.curve(std::vector<double>{2, 50}, fit.width).y) {
            CHECK(y == doctest::Approx(3));
        }
        Regression twins(tests::device(), {.x = {1, 1, 2, 2, 3, 3}, .y = {0, 0, 5, 5, -1, -1}});
        CHECK(*twins.fit().error < 0.01);
    }

    TEST_CASE("the width that is learned is where leave-one-out is least, and is near the best there is") {
        const Points points = example_points(50);
        Regression regression(tests::device(), points);
        const RegressionFit fit = regression.fit();
        CHECK(*fit.error == doctest::Approx(leave_one_out(points, fit.width)).epsilon(1e-3));
        double best = INFINITY;
        for (double width = 0.1; width < 100; width *= 1.03) {
            best = std::min(best, leave_one_out(points, width));
        }
        CHECK(*fit.error < 1.001 * best);
        CHECK(fit.width > 0.5);
        CHECK(fit.width < 30);
    }

    TEST_CASE("leave-one-out is the same with every optional pass left out") {
        const Graph graph = build_leave_one_out(11, 3);
        tests::check_on_device(graph, tests::feed_for(graph, {{"sharpness", {0.5, 2, 40}}}), {5e-5, 5e-5});
    }

    TEST_CASE("what is no regression is a sentence") {
        const auto refused = [](const Points& points) {
            return sentence(ErrorKind::bad_input, [&] { Regression(tests::device(), points); });
        };
        CHECK(contains(refused({}), "expected 1 to 4096 points, got 0"));
        CHECK(contains(refused({.x = {1, 2}, .y = {1}}), "got 2 and 1"));
        CHECK(contains(refused({.x = {1, NAN}, .y = {1, 2}}), "got the point (nan, 2)"));
        Regression regression(tests::device(), {.x = {1, 2}, .y = {1, 2}});
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { regression.fit(-1); }), "got -1"));
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { regression.curve(std::vector<double>{NAN}, 1); }), "got nan"));
    }

    TEST_CASE("the curve and its weights are drawn") {
        const tests::Folder out;
        const Points points = example_points(20);
        Regression regression(tests::device(), points);
        const std::vector<double> queries{0, 1, 2, 3, 4, 5};
        const RegressionFit fit = regression.fit(2);
        const RegressionCurve curve = regression.curve(queries, fit.width);
        write_regression(out.path / "a.svg", points, fit, queries, curve, {.truth = example_curve});
        CHECK(contains(tests::contents(out.path / "a.svg"), "what they were made from"));
        write_regression_attention(out.path / "b.png", points, fit, queries, curve);
        CHECK(tests::contents(out.path / "b.png").substr(1, 3) == "PNG");
        write_regression_attention(out.path / "b.json", points, fit, queries, curve);
        CHECK(contains(tests::contents(out.path / "b.json"), "\"attention.0\""));
    }
}

}  // namespace heed
