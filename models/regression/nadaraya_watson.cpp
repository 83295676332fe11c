#include "models/regression/nadaraya_watson.h"

#include <algorithm>
#include <cmath>

namespace heed {
namespace {

constexpr size_t kTried = 24, kRounds = 4;
constexpr double kFarthest = 1e6;         // beyond the points, in halves of their range: further is all the same
constexpr double kSharpest = 1e12;        // w^2 / 2, in halves of the range: f32 tells no nearer points apart
constexpr int64_t kMostAtOnce = 1 << 24;  // numbers in a tensor of leave-one-out

struct Range {
    double middle = 0, half = 1;
};

Range range_of(const std::vector<double>& values) {
    const auto [least, most] = std::ranges::minmax_element(values);
    const double half = *most / 2 - *least / 2;
    return {.middle = *least / 2 + *most / 2, .half = half > 0 ? half : 1};
}

std::vector<float> scaled(const std::vector<double>& values, double middle, double half) {
    std::vector<float> out;
    std::ranges::transform(values, std::back_inserter(out), [&](double value) { return static_cast<float>((value - middle) / half); });
    return out;
}

// d = near - x_i and softmax(-sharpness d (d + 2 beyond)). -> [..,Q,N]
Tensor weigh(Tensor points, Tensor near, Tensor beyond, Tensor sharpness, Tensor mask = {}) {
    const Tensor apart = binary(near, points, BinaryKind::subtract);  // [Q,N]
    const Tensor squares = multiply(apart, add(apart, add(beyond, beyond)));
    return softmax(multiply(squares, sharpness), {.scale = -1, .mask = mask});
}

// Widths evenly apart on a scale of ratios.
std::vector<double> between(double least, double most, size_t count) {
    std::vector<double> out;
    for (size_t i = 0; i < count; ++i) {
        out.push_back(least * std::pow(most / least, static_cast<double>(i) / static_cast<double>(count - 1)));
    }
    return out;
}

double smallest_gap(std::vector<double> x) {
    std::ranges::sort(x);
    double gap = INFINITY;
    for (size_t i = 1; i < x.size(); ++i) {
        gap = x[i] > x[i - 1] ? std::min(gap, x[i] - x[i - 1]) : gap;
    }
    return gap;
}

}  // namespace

Graph build_nadaraya_watson(int64_t points, int64_t queries) {
    Graph graph;
    const Tensor weights = weigh(graph.input("points", {points}), graph.input("near", {queries, 1}), graph.input("beyond", {queries, 1}),
                                 graph.input("sharpness", {1}));
    graph.output("weights", weights);
    graph.output("y", matmul(weights, graph.input("values", {points, 1})));
    return graph;
}

Graph build_leave_one_out(int64_t points, int64_t widths) {
    Graph graph;
    std::vector<float> itself(static_cast<size_t>(points * points), 0.0f);
    for (size_t i = 0; i < itself.size(); i += static_cast<size_t>(points) + 1) {
        itself[i] = -INFINITY;
    }
    const Tensor x = graph.input("points", {points}), y = graph.input("values", {points, 1});
    const Tensor apart = binary(reshape(x, {points, 1}), x, BinaryKind::subtract);  // [N,N]
    const Tensor scores = multiply(multiply(apart, apart), graph.input("sharpness", {widths, 1, 1}));
    const Tensor weights = softmax(scores, {.scale = -1, .mask = graph.constant("itself", {points, points}, itself)});  // [G,N,N]
    const Tensor wrong = binary(matmul(weights, y), y, BinaryKind::subtract);                                           // [G,N,1]
    graph.output("error", reduce(reshape(multiply(wrong, wrong), {widths, points}), 1, ReduceKind::mean));
    return graph;
}

Regression::Regression(Device& device, Points points, const SessionOptions& options)
    : device_(device), points_(std::move(points)), options_(options) {
    if (points_.x.size() != points_.y.size()) {
        fail(ErrorKind::bad_input, "regression: expected as many x as y, got ", points_.x.size(), " and ", points_.y.size());
    }
    if (points_.size() < 1 || points_.size() > kMostPoints) {
        fail(ErrorKind::bad_input, "regression: expected 1 to ", kMostPoints, " points, got ", points_.size());
    }
    for (size_t i = 0; i < points_.size(); ++i) {
        if (!std::isfinite(points_.x[i]) || !std::isfinite(points_.y[i])) {
            fail(ErrorKind::bad_input, "regression: expected numbers, got the point (", points_.x[i], ", ", points_.y[i], ")");
        }
    }
    const Range x = range_of(points_.x), y = range_of(points_.y);
    middle_x_ = x.middle, half_x_ = x.half, middle_y_ = y.middle, half_y_ = y.half;
}

std::vector<double> Regression::leave_one_out(const std::vector<double>& widths) {
    const auto count = static_cast<int64_t>(points_.size());
    const int64_t at_once = std::clamp<int64_t>(kMostAtOnce / (count * count), 1, static_cast<int64_t>(widths.size()));
    Session session(device_, build_leave_one_out(count, at_once), options_);
    session.write("points", scaled(points_.x, middle_x_, half_x_));
    session.write("values", scaled(points_.y, middle_y_, half_y_));
    std::vector<double> errors;
    for (size_t begin = 0; begin < widths.size(); begin += static_cast<size_t>(at_once)) {
        std::vector<float> sharpness;
        for (size_t i = 0; i < static_cast<size_t>(at_once); ++i) {
            const double width = widths[std::min(begin + i, widths.size() - 1)] * half_x_;
            sharpness.push_back(static_cast<float>(std::min(width * width / 2, kSharpest)));
        }
        session.write("sharpness", sharpness);
        session.run();
        for (const float square : session.read("error")) {
            errors.push_back(std::sqrt(std::max(square, 0.0f)) * half_y_);
        }
    }
    errors.resize(widths.size());
    return errors;
}

RegressionFit Regression::fit(double width) {
    if (!(width > 0) || !std::isfinite(width)) {
        fail(ErrorKind::bad_input, "regression: expected a width above 0, got ", width);
    }
    RegressionFit out{.width = width};
    if (points_.size() > 1) {
        out.error = leave_one_out({width}).front();
    }
    return out;
}

RegressionFit Regression::fit() {
    const double gap = smallest_gap(points_.x);
    if (!std::isfinite(gap)) {  // one place: every width tells the mean
        return fit(1);
    }
    double least = 0.5 / half_x_, most = std::max(4 / gap, 4 * least);
    most = std::min(most, std::sqrt(2 * kSharpest) / half_x_);
    RegressionFit best;
    for (size_t round = 0; round < kRounds; ++round) {
        const std::vector<double> tried = between(least, most, kTried), errors = leave_one_out(tried);
        const auto at = static_cast<size_t>(std::ranges::min_element(errors) - errors.begin());
        best = {.width = tried[at], .learned = true, .error = errors[at]};
        least = tried[at - std::min<size_t>(at, 1)], most = tried[std::min(at + 1, kTried - 1)];
    }
    return best;
}

RegressionCurve Regression::curve(std::span<const double> queries, double width) {
    if (!(width > 0) || !std::isfinite(width) || queries.empty()) {
        fail(ErrorKind::bad_input, "regression: expected a width above 0 and places to tell, got ", width, " and ", queries.size());
    }
    const auto [first, last] = std::ranges::minmax_element(points_.x);
    std::vector<float> near, beyond;
    for (const double query : queries) {
        if (std::isnan(query)) {
            fail(ErrorKind::bad_input, "regression: expected places that are numbers, got ", query);
        }
        const double inside = std::clamp(query, *first, *last);
        near.push_back(static_cast<float>((inside - middle_x_) / half_x_));
        beyond.push_back(static_cast<float>(std::clamp((query - inside) / half_x_, -kFarthest, kFarthest)));
    }
    Session session(device_, build_nadaraya_watson(static_cast<int64_t>(points_.size()), static_cast<int64_t>(queries.size())), options_);
    session.write("points", scaled(points_.x, middle_x_, half_x_));
    session.write("values", scaled(points_.y, middle_y_, half_y_));
    session.write("near", near);
    session.write("beyond", beyond);
    session.write("sharpness", std::vector<float>{static_cast<float>(std::min(width * width * half_x_ * half_x_ / 2, kSharpest))});
    session.run();
    RegressionCurve out{.y = {}, .weights = session.read("weights")};
    for (const float y : session.read("y")) {
        out.y.push_back(middle_y_ + half_y_ * y);
    }
    return out;
}

}  // namespace heed
