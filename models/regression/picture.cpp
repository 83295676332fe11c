#include "models/regression/picture.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <sstream>

#include "draw/cells.h"
#include "draw/font.h"
#include "draw/heat_map.h"
#include "draw/line_plot.h"
#include "draw/page.h"
#include "models/attention_file.h"

namespace heed {
namespace {

using namespace draw;

constexpr Colour kPointColour{38, 70, 160}, kCurveColour{206, 74, 30}, kTruthColour{140, 146, 160};
constexpr double kMargin = 36, kTitle = 24, kSmall = 13, kHeadRoom = 1.4 * kTitle + 2.8 * kSmall;
constexpr double kPlotWidth = 820, kPlotHeight = 460, kMapSide = 560;

std::string short_number(double value) {
    std::ostringstream out;
    out << std::setprecision(3) << value;
    return out.str();
}

std::string line_of(const Points& points, const RegressionFit& fit) {
    return text(points.size(), points.size() == 1 ? " point" : " points", ", width w = ", short_number(fit.width),
                fit.learned ? ", learned from the points" : "",
                fit.error ? text("; each told by the others is off by ", short_number(*fit.error)) : std::string());
}

void draw_head(Surface& page, const std::string& title, const std::string& line) {
    page.text({kMargin, kMargin + 0.8 * kTitle}, title, {.size = kTitle, .bold = true});
    page.text({kMargin, kMargin + 1.4 * kTitle + 0.8 * kSmall}, line, {.size = kSmall, .colour = kFaint});
}

std::vector<size_t> in_order(std::span<const double> values) {
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::stable_sort(order, {}, [&](size_t i) { return values[i]; });
    return order;
}

// Numbers beside an axis of cells that lie at uneven places: of the first, the last and some between them.
void draw_places(Surface& page, Box box, const std::vector<double>& places, bool below) {
    constexpr size_t kNumbers = 6;
    for (size_t i = 0; i < kNumbers; ++i) {
        const size_t at = i * (places.size() - 1) / (kNumbers - 1);
        if (i > 0 && at == (i - 1) * (places.size() - 1) / (kNumbers - 1)) {
            continue;
        }
        const double part = (static_cast<double>(at) + 0.5) / static_cast<double>(places.size());
        const std::string number = short_number(places[at]);
        if (below) {
            page.text({box.x + part * box.width, box.y + box.height + 6 + kSmall}, number,
                      {.size = kSmall, .colour = kFaint, .align = Align::middle});
        } else {
            page.text({box.x - 8, box.y + part * box.height + 0.35 * kSmall}, number,
                      {.size = kSmall, .colour = kFaint, .align = Align::end});
        }
    }
}

std::vector<double> at(std::span<const double> values, const std::vector<size_t>& order) {
    std::vector<double> out;
    std::ranges::transform(order, std::back_inserter(out), [&](size_t i) { return values[i]; });
    return out;
}

}  // namespace

void write_regression(const std::filesystem::path& path, const Points& points, const RegressionFit& fit, std::span<const double> queries,
                      const RegressionCurve& curve, const RegressionPage& page) {
    LinePlot plot{.x_name = page.x_name, .y_name = page.y_name};
    Curve fitted{.name = "sum of softmax(-(x - xi)^2 w^2 / 2) yi", .points = {}, .colour = kCurveColour, .width = 2.5};
    Curve truth{.name = "what they were made from", .points = {}, .colour = kTruthColour, .look = Curve::Look::dashes, .width = 1.5};
    Curve dots{.name = "points", .points = {}, .colour = kPointColour, .look = Curve::Look::dots};
    for (const size_t i : in_order(queries)) {
        fitted.points.push_back({queries[i], curve.y[i]});
        if (page.truth) {
            truth.points.push_back({queries[i], page.truth(queries[i])});
        }
    }
    for (size_t i = 0; i < points.size(); ++i) {
        dots.points.push_back({points.x[i], points.y[i]});
    }
    plot.curves.push_back(std::move(dots));
    if (page.truth) {
        plot.curves.push_back(std::move(truth));
    }
    plot.curves.push_back(std::move(fitted));
    std::vector<double> all(queries.begin(), queries.end());
    all.insert(all.end(), points.x.begin(), points.x.end());
    plot.x = axis_over(all, 0.02);
    const char* const title = "Nadaraya and Watson's regression";
    const double top = kMargin + kHeadRoom;
    write_page(path, {kPlotWidth + 2 * kMargin, top + kPlotHeight + kMargin}, title, [&](Surface& surface) {
        draw_head(surface, title, line_of(points, fit));
        draw_line_plot(surface, {kMargin, top, kPlotWidth, kPlotHeight}, plot);
    });
}

void write_regression_attention(const std::filesystem::path& path, const Points& points, const RegressionFit& fit,
                                std::span<const double> queries, const RegressionCurve& curve, const RegressionPage& page) {
    const std::vector<size_t> rows = in_order(queries), columns = in_order(points.x);
    std::vector<float> weights;
    for (const size_t row : rows) {
        for (const size_t column : columns) {
            weights.push_back(curve.weights[row * points.size() + column]);
        }
    }
    const auto q = static_cast<int64_t>(rows.size()), n = static_cast<int64_t>(columns.size());
    if (path.extension() == ".safetensors" || path.extension() == ".json") {
        const LayerWeights layer{.shape = {1, q, n}, .values = weights};
        return write_attention(path, std::span(&layer, 1), {{"width", short_number(fit.width)}, {"x", page.x_name}, {"y", page.y_name}});
    }
    const double left = kMargin + 76, top = kMargin + kHeadRoom, largest = std::max(0.01f, *std::ranges::max_element(weights));
    write_page(path, {left + kMapSide + 2 * kMargin, top + kMapSide + 110}, "Which points each place looks at", [&](Surface& surface) {
        draw_head(surface, "Which points each place looks at", line_of(points, fit));
        const Box box{surface.snapped(left), surface.snapped(top), kMapSide, kMapSide};
        draw_cells(surface, box, weights, q, n, largest);
        draw_places(surface, box, at(points.x, columns), true);
        draw_places(surface, box, at(queries, rows), false);
        surface.text({left + kMapSide / 2, top + kMapSide + 40}, shortened("points, by " + page.x_name, kSmall, kMapSide),
                     {.size = kSmall, .align = Align::middle});
        surface.text({left - 60, top + kMapSide / 2}, shortened("places, by " + page.x_name, kSmall, kMapSide),
                     {.size = kSmall, .align = Align::middle, .degrees = 90});
        draw_colour_bar(surface, {left, top + kMapSide + 56, 200, 12}, {.largest = largest});
    });
}

}  // namespace heed
