#include "draw/line_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "draw/font.h"

namespace heed::draw {
namespace {

constexpr double kSmall = 12, kLegendRoom = 26, kBelow = 44, kLeft = 64;  // points
constexpr double kDash = 6, kDashGap = 5, kDot = 4.5;
constexpr double kTickEveryX = 90, kTickEveryY = 46;
constexpr double kMostRound = 1e6, kLeastRound = 1e-5;  // between which numbers are written out

struct Frame {
    Box inside;
    Axis x, y;

    Point at(double px, double py) const { return {inside.x + inside.width * x.part(px), inside.y + inside.height * (1 - y.part(py))}; }
};

bool is_number(Point p) {
    return std::isfinite(p.x) && std::isfinite(p.y);
}

Frame frame_of(Box box, const LinePlot& plot) {
    std::vector<double> xs, ys;
    for (const Curve& curve : plot.curves) {
        for (const Point p : curve.points) {
            xs.push_back(p.x), ys.push_back(p.y);
        }
    }
    for (const Band& band : plot.bands) {
        xs.insert(xs.end(), band.x.begin(), band.x.end());
        ys.insert(ys.end(), band.low.begin(), band.low.end());
        ys.insert(ys.end(), band.high.begin(), band.high.end());
    }
    return {.inside = {box.x + kLeft, box.y + kLegendRoom, box.width - kLeft, box.height - kLegendRoom - (plot.x_words ? kBelow : 8)},
            .x = plot.x.value_or(axis_over(xs, 0)),
            .y = plot.y.value_or(axis_over(ys))};
}

void draw_y_axis(Surface& page, const Frame& frame, const LinePlot& plot) {
    const std::vector<double> ticks = round_ticks(frame.y, static_cast<size_t>(std::max(2.0, frame.inside.height / kTickEveryY)));
    const std::vector<std::string> names = tick_names(ticks);
    for (size_t i = 0; i < ticks.size(); ++i) {
        const double y = page.snapped(frame.at(frame.x.least, ticks[i]).y);
        page.line({frame.inside.x, y}, {frame.inside.x + frame.inside.width, y}, 0.75, kLine);
        page.text({frame.inside.x - 8, y + 0.35 * kSmall}, names[i], {.size = kSmall, .colour = kFaint, .align = Align::end});
    }
    if (!plot.y_name.empty()) {
        const Point middle{frame.inside.x - kLeft + 0.9 * kSmall, frame.inside.y + frame.inside.height / 2};
        page.text(middle, shortened(plot.y_name, kSmall, frame.inside.height),
                  {.size = kSmall, .colour = kFaint, .align = Align::middle, .degrees = 90});
    }
}

// Whole rows where they have labels.
std::vector<double> x_ticks(const Frame& frame, const LinePlot& plot) {
    double widest = kTickEveryX;
    for (const std::string& label : plot.x_labels) {
        widest = std::max(widest, text_width(label, kSmall) + 24);
    }
    std::vector<double> ticks = round_ticks(frame.x, static_cast<size_t>(std::max(1.0, frame.inside.width / widest)));
    if (!plot.x_labels.empty()) {
        std::erase_if(
            ticks, [&](double tick) { return tick != std::round(tick) || tick < 0 || tick >= static_cast<double>(plot.x_labels.size()); });
    }
    return ticks;
}

void draw_x_axis(Surface& page, const Frame& frame, const LinePlot& plot) {
    const double bottom = frame.inside.y + frame.inside.height;
    page.line({frame.inside.x, bottom}, {frame.inside.x + frame.inside.width, bottom}, 1, kFaint);
    const std::vector<double> ticks = x_ticks(frame, plot);
    const std::vector<std::string> names = tick_names(ticks);
    for (size_t i = 0; i < ticks.size(); ++i) {
        const double x = page.snapped(frame.at(ticks[i], 0).x);
        page.line({x, bottom}, {x, bottom + 4}, 1, kFaint);
        if (plot.x_words) {
            const std::string name = plot.x_labels.empty() ? names[i] : plot.x_labels[static_cast<size_t>(ticks[i])];
            page.text({x, bottom + 6 + kSmall}, name, {.size = kSmall, .colour = kFaint, .align = Align::middle});
        }
    }
    if (plot.x_words && !plot.x_name.empty()) {
        page.text({frame.inside.x + frame.inside.width / 2, bottom + 12 + 2.2 * kSmall}, shortened(plot.x_name, kSmall, frame.inside.width),
                  {.size = kSmall, .colour = kFaint, .align = Align::middle});
    }
}

void draw_band(Surface& page, const Frame& frame, const Band& band) {
    std::vector<Point> above, below;
    const auto flush = [&] {
        if (above.size() > 1) {
            page.area(above, below, band.colour);
        }
        above.clear(), below.clear();
    };
    for (size_t i = 0; i < band.x.size(); ++i) {
        if (!is_number({band.low[i], band.high[i]}) || !std::isfinite(band.x[i])) {
            flush();
            continue;
        }
        above.push_back(frame.at(band.x[i], band.high[i]));
        below.push_back(frame.at(band.x[i], band.low[i]));
    }
    flush();
}

void draw_dashes(Surface& page, const std::vector<Point>& line, double width, Colour colour) {
    double gone = 0;  // since the last dash began
    std::vector<Point> dash{line.front()};
    for (size_t i = 1; i < line.size(); ++i) {
        Point from = line[i - 1];
        double left = std::hypot(line[i].x - from.x, line[i].y - from.y);
        while (left > 0) {
            const bool pen = gone < kDash;
            const double step = std::min(left, (pen ? kDash : kDash + kDashGap) - gone);
            from = {from.x + (line[i].x - from.x) * step / left, from.y + (line[i].y - from.y) * step / left};
            gone += step, left -= step;
            if (pen) {
                dash.push_back(from);
            }
            if (pen && gone >= kDash) {
                page.polyline(dash, width, colour);
            }
            if (gone >= kDash + kDashGap) {
                gone = 0;
                dash = {from};
            }
        }
    }
    if (gone < kDash && dash.size() > 1) {
        page.polyline(dash, width, colour);
    }
}

void draw_run(Surface& page, const std::vector<Point>& line, const Curve& curve) {
    if (line.empty()) {
        return;
    }
    if (curve.look == Curve::Look::dots || line.size() == 1) {
        for (const Point p : line) {
            page.line(p, p, curve.look == Curve::Look::dots ? kDot : curve.width, curve.colour);
        }
    } else if (curve.look == Curve::Look::dashes) {
        draw_dashes(page, line, curve.width, curve.colour);
    } else {
        page.polyline(line, curve.width, curve.colour);
    }
}

void draw_curve(Surface& page, const Frame& frame, const Curve& curve) {
    std::vector<Point> line;
    for (const Point p : curve.points) {
        if (is_number(p)) {
            line.push_back(frame.at(p.x, p.y));
        } else {
            draw_run(page, line, curve);
            line.clear();
        }
    }
    draw_run(page, line, curve);
}

void draw_legend(Surface& page, Point at, const LinePlot& plot) {
    constexpr double kSample = 22, kGap = 7, kApart = 20;
    const double middle = at.y - 0.35 * kSmall;
    const auto name = [&](const std::string& words) {
        page.text({at.x + kSample + kGap, at.y}, words, {.size = kSmall});
        at.x += kSample + kGap + text_width(words, kSmall) + kApart;
    };
    for (const Curve& curve : plot.curves) {
        if (!curve.name.empty()) {
            const std::vector<Point> sample{{at.x, middle}, {at.x + kSample, middle}};
            draw_run(page, curve.look == Curve::Look::dots ? std::vector<Point>{{at.x + kSample / 2, middle}} : sample, curve);
            name(curve.name);
        }
    }
    for (const Band& band : plot.bands) {
        if (!band.name.empty()) {
            page.fill({at.x, page.snapped(middle - 5), kSample, 10}, band.colour);
            name(band.name);
        }
    }
}

}  // namespace

Axis axis_over(const std::vector<double>& values, double room) {
    Axis axis{.least = INFINITY, .most = -INFINITY};
    for (const double value : values) {
        if (std::isfinite(value)) {
            axis.least = std::min(axis.least, value), axis.most = std::max(axis.most, value);
        }
    }
    if (axis.least > axis.most) {
        return {};
    }
    // what does not change lies in the middle
    const double flat = 1e-9 * std::max(std::abs(axis.least), std::abs(axis.most)), range = axis.most - axis.least;
    const double more = range > flat ? range * room : std::max(0.1 * std::abs(axis.most), 1e-12);
    return {.least = axis.least - more, .most = axis.most + more};
}

std::vector<double> round_ticks(const Axis& axis, size_t about) {
    const double rough = (axis.most - axis.least) / static_cast<double>(std::max<size_t>(about, 1));
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
    std::vector<double> ticks;
    const double first = std::ceil(axis.least / step - 1e-9), last = std::floor(axis.most / step + 1e-9);
    for (double i = first; i <= last && ticks.size() < 100; ++i) {
        ticks.push_back(i * step + 0.0);  // never -0
    }
    return ticks;
}

std::vector<std::string> tick_names(const std::vector<double>& ticks) {
    double largest = 0;
    for (const double tick : ticks) {
        largest = std::max(largest, std::abs(tick));
    }
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : largest > 0 ? largest : 1;
    const bool plain = largest < kMostRound && step > kLeastRound;
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    const int digits = largest > 0 ? std::clamp(static_cast<int>(std::ceil(std::log10(largest / step))) + 1, 1, 12) : 1;
    std::vector<std::string> names;
    for (const double tick : ticks) {
        char name[64];
        std::snprintf(name, sizeof name, plain ? "%.*f" : "%.*g", plain ? decimals : digits, tick);
        names.emplace_back(name);
    }
    return names;
}

void draw_line_plot(Surface& page, Box box, const LinePlot& plot) {
    const Frame frame = frame_of(box, plot);
    for (const Band& band : plot.bands) {
        draw_band(page, frame, band);
    }
    draw_y_axis(page, frame, plot);
    draw_x_axis(page, frame, plot);
    if (plot.divide) {
        const double x = page.snapped(frame.at(*plot.divide, 0).x);
        page.line({x, frame.inside.y}, {x, frame.inside.y + frame.inside.height}, 1, kFaint);
    }
    for (const Curve& curve : plot.curves) {
        draw_curve(page, frame, curve);
    }
    draw_legend(page, {frame.inside.x, box.y + kSmall}, plot);
}

}  // namespace heed::draw
