#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "models/regression/nadaraya_watson.h"

namespace heed {

struct RegressionPage {
    std::string x_name = "x", y_name = "y";
    std::function<double(double)> truth;  // drawn too, where it is known
};

// The points and the curve through them: a PNG or an SVG by the name's ending; throws bad_input for another.
void write_regression(const std::filesystem::path& path, const Points& points, const RegressionFit& fit, std::span<const double> queries,
                      const RegressionCurve& curve, const RegressionPage& page = {});

// How much each place looked at each point, both in order of x; the bare weights [1,Q,N] where the name ends in .safetensors or .json.
void write_regression_attention(const std::filesystem::path& path, const Points& points, const RegressionFit& fit,
                                std::span<const double> queries, const RegressionCurve& curve, const RegressionPage& page = {});

}  // namespace heed
