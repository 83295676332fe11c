#include "models/series/picture.h"

#include <algorithm>
#include <cmath>

#include "draw/cells.h"
#include "draw/font.h"
#include "draw/heat_map.h"
#include "draw/line_plot.h"
#include "draw/page.h"
#include "heed.h"
#include "models/attention_file.h"

namespace heed {
namespace {

using namespace draw;

constexpr Colour kTargetColour{38, 70, 160}, kSourceColour{20, 128, 112}, kToldColour{206, 74, 30}, kBandColour{248, 214, 196};
constexpr double kMargin = 36, kTitle = 24, kSmall = 13;
constexpr double kPlotWidth = 860, kTargetHeight = 330, kSourceHeight = 210;
constexpr double kMapSide = 560, kBetween = 64, kLagWidth = 380, kLagHeight = 260;
constexpr size_t kMostLags = 25;

std::string percent(double share) {
    return text(std::lround(100 * share), "\u00a0%");
}

// Rows from `first` on, each at its number.
std::vector<Point> points(const std::vector<double>& values, size_t first, size_t end) {
    std::vector<Point> out;
    for (size_t row = first; row < end; ++row) {
        out.push_back({static_cast<double>(row), values[row]});
    }
    return out;
}

// From the last known row on, so that lines begin where the known one ends.
std::vector<Point> from_known(const SeriesPair& pair, const std::vector<double>& told) {
    std::vector<Point> out{{static_cast<double>(pair.known() - 1), pair.target.back()}};
    for (size_t i = 0; i < told.size(); ++i) {
        out.push_back({static_cast<double>(pair.known() + i), told[i]});
    }
    return out;
}

Axis rows_axis(const SeriesPair& pair, const Forecast& forecast) {
    return {.least = static_cast<double>(forecast.first), .most = static_cast<double>(pair.rows() - 1)};
}

LinePlot target_plot(const SeriesPair& pair, const Forecast& forecast, const ForecastPage& page) {
    LinePlot plot{.x = rows_axis(pair, forecast), .divide = static_cast<double>(pair.known() - 1), .x_words = false};
    if (!forecast.low.empty()) {
        Band band{.name = percent(page.band) + " of the paths drawn", .x = {}, .low = {}, .high = {}, .colour = kBandColour};
        const std::vector<Point> low = from_known(pair, forecast.low), high = from_known(pair, forecast.high);
        for (size_t i = 0; i < low.size(); ++i) {
            band.x.push_back(low[i].x), band.low.push_back(low[i].y), band.high.push_back(high[i].y);
        }
        plot.bands.push_back(std::move(band));
    }
    plot.curves.push_back({.name = pair.target_name, .points = points(pair.target, forecast.first, pair.known()), .colour = kTargetColour});
    if (!page.truth.empty()) {
        plot.curves.push_back({.name = "what came",
                               .points = from_known(pair, page.truth),
                               .colour = kTargetColour,
                               .look = Curve::Look::dashes,
                               .width = 1.5});
    }
    plot.curves.push_back({.name = "forecast", .points = from_known(pair, forecast.mean), .colour = kToldColour, .width = 2.5});
    return plot;
}

LinePlot source_plot(const SeriesPair& pair, const Forecast& forecast) {
    return {.bands = {},
            .curves = {{.name = pair.source_name, .points = points(pair.source, forecast.first, pair.rows()), .colour = kSourceColour}},
            .x_name = pair.labels.empty() ? "row" : "",
            .y_name = {},
            .x_labels = pair.labels,
            .x = rows_axis(pair, forecast),
            .y = {},
            .divide = static_cast<double>(pair.known() - 1)};
}

void draw_head(Surface& page, const std::string& title, const std::string& line) {
    page.text({kMargin, kMargin + 0.8 * kTitle}, title, {.size = kTitle, .bold = true});
    page.text({kMargin, kMargin + 1.4 * kTitle + 0.8 * kSmall}, line, {.size = kSmall, .colour = kFaint});
}
constexpr double kHeadRoom = 1.4 * kTitle + 2.8 * kSmall;

// Rows of the source across, of the target down, each row of the latter in the line of what was looked at for it.
void draw_map(Surface& page, Point at, const SeriesPair& pair, const Forecast& forecast) {
    const std::vector<float> weights = forecast.attention.mean();
    const int64_t rows = forecast.attention.rows;
    const double largest = std::max(0.05, static_cast<double>(*std::ranges::max_element(weights)));
    const Box box{page.snapped(at.x), page.snapped(at.y), kMapSide, kMapSide};
    // the first row has nothing that was looked at for it
    draw_cells(page, box, std::span(weights).first(static_cast<size_t>((rows - 1) * rows)), rows - 1, rows, largest);
    const Axis axis{.least = static_cast<double>(forecast.first), .most = static_cast<double>(forecast.first) + static_cast<double>(rows)};
    const std::vector<double> ticks = round_ticks(axis, 6);
    const std::vector<std::string> names = tick_names(ticks);
    for (size_t i = 0; i < ticks.size(); ++i) {
        const double along = (ticks[i] - axis.least + 0.5) / static_cast<double>(rows);
        const double down = (ticks[i] - axis.least - 0.5) / static_cast<double>(rows - 1);
        if (along < 1) {
            page.text({box.x + along * kMapSide, box.y - 8}, names[i], {.size = kSmall, .colour = kFaint, .align = Align::middle});
        }
        if (down > 0 && down < 1) {
            page.text({box.x - 8, box.y + down * kMapSide + 0.35 * kSmall}, names[i],
                      {.size = kSmall, .colour = kFaint, .align = Align::end});
        }
    }
    page.text({box.x + kMapSide / 2, box.y - 28}, shortened("rows of " + pair.source_name, kSmall, kMapSide),
              {.size = kSmall, .align = Align::middle});
    page.text({box.x - 48, box.y + kMapSide / 2}, shortened("rows of " + pair.target_name, kSmall, kMapSide),
              {.size = kSmall, .align = Align::middle, .degrees = 90});
    draw_colour_bar(page, {box.x, box.y + kMapSide + 18, 200, 12}, {.largest = largest});
}

void draw_lags(Surface& page, Box box, const SeriesPair& pair, const Forecast& forecast) {
    const std::vector<double> shares = forecast.attention.by_lag(static_cast<int64_t>(kMostLags));
    const double most = std::max(*std::ranges::max_element(shares), 0.01);
    LinePlot plot{.x_name = "rows of " + pair.source_name + " before the row that is told",
                  .x = Axis{-0.7, static_cast<double>(kMostLags) - 0.3},
                  .y = Axis{0, 112 * most}};
    for (size_t lag = 0; lag < shares.size(); ++lag) {
        const bool strongest = static_cast<int64_t>(lag) == forecast.attention.lag();
        plot.curves.push_back({.name = strongest ? text("most: ", lag, lag == 1 ? " row before" : " rows before") : "",
                               .points = {{static_cast<double>(lag), 0}, {static_cast<double>(lag), 100 * shares[lag]}},
                               .colour = strongest ? kToldColour : kSourceColour,
                               .width = 6});
    }
    draw_line_plot(page, box, plot);
}

void write_weights(const std::filesystem::path& path, const SeriesPair& pair, const Forecast& forecast) {
    const SeriesAttention& attention = forecast.attention;
    std::vector<LayerWeights> layers;
    for (const std::vector<float>& block : attention.blocks) {
        layers.push_back({.shape = {attention.heads, attention.rows, attention.rows}, .values = block});
    }
    write_attention(path, layers,
                    {{"source", pair.source_name},
                     {"target", pair.target_name},
                     {"first_row", text(forecast.first)},
                     {"known_rows", text(pair.known())}});
}

}  // namespace

void write_forecast(const std::filesystem::path& path, const SeriesPair& pair, const Forecast& forecast, const ForecastPage& page) {
    const std::string title = shortened(pair.target_name + " from " + pair.source_name, kTitle, kPlotWidth);
    const double top = kMargin + kHeadRoom;
    write_page(path, {kPlotWidth + 2 * kMargin, top + kTargetHeight + kSourceHeight + kMargin}, title, [&](Surface& surface) {
        draw_head(surface, title,
                  text(pair.known() - forecast.first, " rows known of both, ", pair.horizon(), " told from ", pair.source_name, "'s"));
        draw_line_plot(surface, {kMargin, top, kPlotWidth, kTargetHeight}, target_plot(pair, forecast, page));
        draw_line_plot(surface, {kMargin, top + kTargetHeight, kPlotWidth, kSourceHeight}, source_plot(pair, forecast));
    });
}

void write_series_attention(const std::filesystem::path& path, const SeriesPair& pair, const Forecast& forecast) {
    if (forecast.attention.blocks.empty()) {
        fail(ErrorKind::bad_input, path.string(), ": expected a forecast that kept its attention, got one without");
    }
    if (path.extension() == ".safetensors" || path.extension() == ".json") {
        return write_weights(path, pair, forecast);
    }
    const double left = kMargin + 60, top = kMargin + kHeadRoom + 44, right = left + kMapSide + kBetween;
    write_page(path, {right + kLagWidth + kMargin, top + kMapSide + 52 + kMargin}, "Where the model looked", [&](Surface& page) {
        draw_head(page, "Where the model looked",
                  shortened(text("cross-attention of the last block, mean of its ", forecast.attention.heads, " heads: what of ",
                                 pair.source_name, " each row of ", pair.target_name, " is told from"),
                            kSmall, right + kLagWidth - kMargin));
        draw_map(page, {left, top}, pair, forecast);
        page.text({right, top + 12}, "How long before", {.size = 17, .bold = true});
        page.text({right, top + 12 + 1.6 * kSmall}, "% of the attention, mean over all rows", {.size = kSmall, .colour = kFaint});
        draw_lags(page, {right - 26, top + 44, kLagWidth + 26, kLagHeight}, pair, forecast);
    });
}

}  // namespace heed
