#pragma once

#include <optional>
#include <span>
#include <vector>

#include "heed.h"

namespace heed {

// Nadaraya and Watson's regression (1964): y(x) = sum_i softmax_i(-(x - x_i)^2 w^2 / 2) y_i. Attention before it had the name: a query x,
// keys x_i, values y_i.
struct Points {
    std::vector<double> x, y;  // as many of each

    size_t size() const { return x.size(); }
};

// As a graph. Inputs "points" [N] and "values" [N,1], "near" and "beyond" [Q,1], "sharpness" [1]: w^2 / 2. Outputs "y" [Q,1] and "weights"
// [Q,N]. A query is near + beyond: the nearest place between the first point and the last, and how far outside of it. For
// (x - x_i)^2 = d (d + 2 beyond) + beyond^2 with d = near - x_i, and what all points have in common does not matter to a softmax: so
// queries far away lose no digits, and never overflow.
Graph build_nadaraya_watson(int64_t points, int64_t queries);

// The same at the points themselves, each told by the others, for several widths at once. Inputs "points" and "values" as above,
// "sharpness" [G,1,1]; output "error" [G]: the mean square of what was told wrongly.
Graph build_leave_one_out(int64_t points, int64_t widths);

struct RegressionFit {
    double width = 1;             // w: how fast a point's say falls off, 1 over its reach in x
    bool learned = false;         // by leave-one-out, or given
    std::optional<double> error;  // root of the mean square, leave-one-out; none for a point alone
};

struct RegressionCurve {
    std::vector<double> y;       // [Q]
    std::vector<float> weights;  // [Q,N]
};

// One thread at a time. Throws bad_input for no points, more than kMostPoints, numbers that are none, or as many x as there are not y.
class Regression {
public:
    static constexpr size_t kMostPoints = 4096;

    Regression(Device& device, Points points, const SessionOptions& options = {});

    // The width with the least error of those tried: 24 between the points' range and the smallest gap between two, then three times as
    // many around the best. Points that are all at one x, or alone, have no say in it: 1 over the range, or 1.
    RegressionFit fit();
    RegressionFit fit(double width);  // that one, and its error

    RegressionCurve curve(std::span<const double> queries, double width);

    const Points& points() const { return points_; }

private:
    std::vector<double> leave_one_out(const std::vector<double>& widths);

    Device& device_;
    Points points_;
    SessionOptions options_;
    double middle_x_ = 0, half_x_ = 1, middle_y_ = 0, half_y_ = 1;  // what the device sees lies between -1 and 1
};

}  // namespace heed
