#include "profile/roofline_page.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"
#include "draw/font.h"
#include "draw/label_places.h"
#include "draw/line_plot.h"
#include "profile/amounts.h"
#include "profile/picture.h"
#include "profile/roof_points.h"

namespace heed::profile {
namespace {

using namespace draw;

constexpr PageSize kSize{960, 620};
constexpr double kMargin = 24, kTitle = 19, kSmall = 12.5, kTiny = 11;  // points
constexpr Box kInside{kMargin + 54, 84, 612, 440};
constexpr double kLegendLeft = kInside.x + kInside.width + 26;
constexpr double kLargest = 84, kSmallest = 7, kBadge = 15;  // how wide the dot of all of the time and of none is
constexpr size_t kLabels = 5, kMostOps = 8;
constexpr double kUnseen = 5e-4;     // points of less of the time are put at the edge where they lie outside
constexpr double kLevelsApart = 17;  // points between the lines of two levels of memory
constexpr Colour kRoof{60, 66, 82}, kLevel{150, 156, 172};

struct Roofline {
    std::string title, line;
    Roofs roofs;
    std::vector<RoofPoint> points;
    std::vector<OpColour> colours;
    Axis x, y;  // powers of ten: FLOP/byte, GFLOP/s
    size_t runs = 0;

    double giga_at(double bandwidth, double intensity) const { return bandwidth * intensity / 1e9; }
    double least_intensity() const { return std::pow(10, x.least); }
    Point place(double intensity, double giga) const {
        const double across = x.part(std::log10(std::max(intensity, 1e-300))), up = y.part(std::log10(std::max(giga, 1e-300)));
        return {kInside.x + kInside.width * std::clamp(across, 0.0, 1.0), kInside.y + kInside.height * (1 - std::clamp(up, 0.0, 1.0))};
    }
    // What computes nothing stands at the left edge, as far below the roof of memory as it is from it.
    Point place(const RoofPoint& point) const {
        if (point.work.flops <= 0) {
            return place(least_intensity(), giga_at(point.rating.bytes_per_second, least_intensity()));
        }
        return place(point.intensity(), point.rating.flops_per_second / 1e9);
    }
};

// Not a line of no length: of these a Canvas makes the dots of letters, which are wider.
void draw_dot(Surface& page, Point at, double wide, Colour colour) {
    page.line({at.x - 0.01, at.y}, {at.x + 0.01, at.y}, wide, colour);
}

double diameter(double share) {
    return std::max(kSmallest, kLargest * std::sqrt(share));
}

// Half decades around all that has to be seen.
Axis decades(double least, double most) {
    return {.least = std::floor(2 * std::log10(least / 1.3)) / 2, .most = std::ceil(2 * std::log10(1.3 * most)) / 2};
}

void choose_axes(Roofline& roofline) {
    const double far = roofline.roofs.far_bytes_per_second(), compute = roofline.roofs.flops_f32;
    const double ridge = far > 0 && compute > 0 ? compute / far : 1;
    double left = ridge / 8, right = ridge * 4;
    for (const RoofPoint& point : roofline.points) {
        if (point.work.flops > 0 && point.share >= kUnseen) {
            left = std::min(left, point.intensity()), right = std::max(right, point.intensity());
        }
    }
    roofline.x = decades(left, right);
    double bottom = (compute > 0 ? compute : 1e9) / 1e9, top = bottom;
    if (far > 0) {
        bottom = std::min(bottom, roofline.giga_at(far, roofline.least_intensity()));
    }
    for (const RoofPoint& point : roofline.points) {
        if (point.share >= kUnseen) {
            const double giga = point.work.flops > 0 ? point.rating.flops_per_second / 1e9
                                                     : roofline.giga_at(point.rating.bytes_per_second, roofline.least_intensity());
            bottom = std::min(bottom, giga), top = std::max(top, giga);
        }
    }
    roofline.y = decades(bottom, top);
}

Roofline roofline_of(const Profile& profile) {
    const Summary summary = summary_of(profile);
    Roofline out{.title = profile.subject,
                 .line = text("Roofline on ", device_line(profile.device)),
                 .roofs = profile.roofs,
                 .points = roof_points(profile, summary),
                 .colours = op_colours(summary)};
    for (const PlanSummary& plan : summary.plans) {
        for (const DispatchSummary& dispatch : plan.dispatches) {
            out.runs = std::max(out.runs, dispatch.isolated.count);
        }
    }
    choose_axes(out);
    return out;
}

// "0.01", "1000".
std::string power_name(int power) {
    const std::string zeros(static_cast<size_t>(std::abs(power)), '0');
    return power >= 0 ? "1" + zeros : "0." + zeros.substr(1) + "1";
}

// Whole powers of ten with a name, what lies between them without.
void draw_axes(Surface& page, const Roofline& roofline) {
    const double bottom = kInside.y + kInside.height;
    const auto each = [](const Axis& axis, const auto& draw) {
        for (double power = std::floor(axis.least); power <= axis.most; ++power) {
            for (int digit = 1; digit < 10; ++digit) {
                const double part = axis.part(power + std::log10(digit));
                if (part > -1e-9 && part < 1 + 1e-9) {
                    draw(part, digit == 1 ? power_name(static_cast<int>(power)) : "");
                }
            }
        }
    };
    each(roofline.y, [&](double part, const std::string& name) {
        const double y = page.snapped(bottom - part * kInside.height);
        page.line({name.empty() ? kInside.x - 3 : kInside.x, y}, {name.empty() ? kInside.x : kInside.x + kInside.width, y}, 0.75, kLine);
        page.text({kInside.x - 8, y + 0.35 * kSmall}, name, {.size = kSmall, .colour = kFaint, .align = Align::end});
    });
    each(roofline.x, [&](double part, const std::string& name) {
        const double x = page.snapped(kInside.x + part * kInside.width);
        page.line({x, name.empty() ? bottom : kInside.y}, {x, name.empty() ? bottom + 3 : bottom}, 0.75, kLine);
        page.text({x, bottom + 8 + kSmall}, name, {.size = kSmall, .colour = kFaint, .align = Align::middle});
    });
    page.line({kInside.x, bottom}, {kInside.x + kInside.width, bottom}, 1, kFaint);
    page.text({kInside.x + kInside.width / 2, bottom + 14 + 2.3 * kSmall}, "FLOP for each byte that has to be read or written",
              {.size = kSmall, .colour = kFaint, .align = Align::middle});
    page.text({kMargin + 4, kInside.y + kInside.height / 2}, "GFLOP/s",
              {.size = kSmall, .colour = kFaint, .align = Align::middle, .degrees = 90});
}

// From the left or lower edge up to the roof of computing.
void draw_slope(Surface& page, const Roofline& roofline, double bandwidth, const std::string& name, bool far, std::vector<Box>& taken) {
    const double bottom = std::pow(10, roofline.y.least), most = std::pow(10, roofline.x.most);
    const double first = std::max(roofline.least_intensity(), bottom * 1e9 / bandwidth);
    const double last = std::min(most, roofline.roofs.flops_f32 > 0 ? roofline.roofs.flops_f32 / bandwidth : most);
    if (first >= last) {
        return;
    }
    const Point from = roofline.place(first, roofline.giga_at(bandwidth, first)),
                to = roofline.place(last, roofline.giga_at(bandwidth, last));
    page.line(from, to, far ? 2 : 1, far ? kRoof : kLevel);
    const double angle = std::atan2(from.y - to.y, to.x - from.x), length = std::hypot(to.x - from.x, to.y - from.y);
    for (double along = 0; along <= length; along += 5) {
        taken.push_back({from.x + along * std::cos(angle) - 3, from.y - along * std::sin(angle) - 3, 6, 6});
    }
    const double width = text_width(name, kTiny);
    const double start = far ? 14 : length - width - 14;  // the levels' names stand at their upper end, that of the far memory below
    if (width + 20 > length) {
        return;
    }
    const double lift = far ? 1.25 * kTiny : -5;
    const Point at{from.x + start * std::cos(angle) + lift * std::sin(angle), from.y - start * std::sin(angle) + lift * std::cos(angle)};
    page.text(at, name, {.size = kTiny, .colour = far ? kRoof : kFaint, .degrees = angle * 180 / std::numbers::pi});
    for (double along = 0; along <= width; along += 8) {
        taken.push_back({at.x + along * std::cos(angle) - 5, at.y - along * std::sin(angle) - 11, 12, 14});
    }
}

// The far memory, and of the nearer levels the fastest and those that lie apart from what is drawn.
void draw_memory(Surface& page, const Roofline& roofline, std::vector<Box>& taken) {
    std::vector<Roofs::Level> levels = roofline.roofs.memory;
    if (levels.empty()) {
        return;
    }
    const double far = levels.back().bytes_per_second;
    draw_slope(page, roofline, far, text("memory beyond the caches: ", amount_text(far, "B/s")), true, taken);
    levels.pop_back();
    std::ranges::stable_sort(levels, std::ranges::greater(), &Roofs::Level::bytes_per_second);
    std::vector<double> drawn{far};
    for (const Roofs::Level& level : levels) {
        const auto apart = [&](double other) {
            return std::abs(std::log10(level.bytes_per_second / other)) * kInside.height / (roofline.y.most - roofline.y.least) >=
                   kLevelsApart;
        };
        if (level.bytes_per_second > far && std::ranges::all_of(drawn, apart)) {
            draw_slope(page, roofline, level.bytes_per_second,
                       text(bytes_text(static_cast<double>(level.bytes)), ": ", amount_text(level.bytes_per_second, "B/s")), false, taken);
            drawn.push_back(level.bytes_per_second);
        }
    }
}

void draw_roofs(Surface& page, const Roofline& roofline, std::vector<Box>& taken) {
    draw_memory(page, roofline, taken);
    const double far = roofline.roofs.far_bytes_per_second(), compute = roofline.roofs.flops_f32;
    if (compute <= 0) {
        return;
    }
    double fastest = far;
    for (const Roofs::Level& level : roofline.roofs.memory) {
        fastest = std::max(fastest, level.bytes_per_second);
    }
    const auto ridge = [&](double bandwidth) { return bandwidth > 0 ? roofline.place(compute / bandwidth, 1).x : kInside.x; };
    const Point right{kInside.x + kInside.width, roofline.place(1, compute / 1e9).y};
    page.line({ridge(fastest), right.y}, right, 1, kLevel);
    page.line({ridge(far), right.y}, right, 2, kRoof);
    const std::string name = text("computing: ", amount_text(compute, "FLOP/s"));
    page.text({right.x - 4, right.y - 6}, name, {.size = kTiny, .colour = kRoof, .align = Align::end});
    const double width = text_width(name, kTiny);
    taken.push_back({right.x - 4 - width, right.y - 18, width + 4, 18});
    taken.push_back({ridge(fastest), right.y - 2, right.x - ridge(fastest), 4});
}

void draw_points(Surface& page, const Roofline& roofline) {
    for (const RoofPoint& point : roofline.points) {  // small ones over large ones
        const Point at = roofline.place(point);
        draw_dot(page, at, diameter(point.share) + 2, kPaper);
        draw_dot(page, at, diameter(point.share), colour_of(roofline.colours, point.op));
    }
}

// Those that lie below the roof by the most time.
std::vector<RoofPoint> worst_of(const Roofline& roofline) {
    std::vector<RoofPoint> worst = roofline.points;
    std::ranges::stable_sort(worst, std::ranges::greater(), &RoofPoint::lost);
    worst.resize(std::min(worst.size(), kLabels));
    return worst;
}

void draw_badge(Surface& page, Point middle, size_t number) {
    draw_dot(page, middle, kBadge, kInk);
    page.text({middle.x, middle.y + 3.9}, std::to_string(number), {.size = kTiny, .colour = kPaper, .bold = true, .align = Align::middle});
}

// Numbers at the worst dots, which the legend explains.
void draw_badges(Surface& page, const Roofline& roofline, std::vector<Box> taken) {
    for (const RoofPoint& point : roofline.points) {
        const Point at = roofline.place(point);
        const double wide = diameter(point.share);
        taken.push_back({at.x - wide / 2, at.y - wide / 2, wide, wide});
    }
    std::vector<Label> labels;
    for (const RoofPoint& point : worst_of(roofline)) {
        labels.push_back({.dot = roofline.place(point), .radius = diameter(point.share) / 2, .width = kBadge, .height = kBadge});
    }
    const auto places = place_labels(labels, taken, kInside);
    for (size_t i = 0; i < places.size(); ++i) {
        if (places[i]) {
            const Box& box = places[i]->box;
            const Point middle{box.x + kBadge / 2, box.y + kBadge / 2};
            if (places[i]->leader) {
                page.line(labels[i].dot, middle, 0.75, kInk);
                draw_dot(page, labels[i].dot, 4, kInk);
            }
            draw_badge(page, middle, i + 1);
        }
    }
}

void draw_worst(Surface& page, const Roofline& roofline, double y) {
    const std::vector<RoofPoint> worst = worst_of(roofline);
    const double room = kSize.width - kMargin - kLegendLeft;
    if (!worst.empty()) {
        page.text({kLegendLeft, y}, "Most time above the roof", {.size = kSmall, .bold = true});
    }
    for (size_t i = 0; i < worst.size(); ++i) {
        y += 1.9 * kSmall;
        const double right = kLegendLeft + kBadge + 8;
        draw_badge(page, {kLegendLeft + kBadge / 2, y + 2}, i + 1);
        page.text({right, y},
                  shortened(text(worst[i].op, ", ", percent_text(worst[i].rating.roof), " of its roof"), kSmall, room - kBadge - 8),
                  {.size = kSmall});
        y += 1.2 * kSmall;
        page.text({right, y}, shortened(worst[i].shape, kTiny, room - kBadge - 8), {.size = kTiny, .colour = kFaint});
    }
}

void draw_legend(Surface& page, const Roofline& roofline) {
    double y = kInside.y + 0.8 * kSmall;
    page.text({kLegendLeft, y}, "Share of the time", {.size = kSmall, .bold = true});
    y += 1.75 * kSmall;
    double others = 0;
    const size_t count = std::min(roofline.colours.size(), kMostOps);
    for (size_t i = 0; i < count; ++i, y += 1.6 * kSmall) {
        draw_dot(page, {kLegendLeft + 5, y - 4.5}, 10, roofline.colours[i].colour);
        page.text({kLegendLeft + 18, y}, shortened(roofline.colours[i].op, kSmall, 120), {.size = kSmall});
        page.text({kSize.width - kMargin, y}, percent_text(roofline.colours[i].share),
                  {.size = kSmall, .colour = kFaint, .align = Align::end});
    }
    for (size_t i = count; i < roofline.colours.size(); ++i) {
        others += roofline.colours[i].share;
    }
    if (count < roofline.colours.size()) {
        page.text({kLegendLeft + 18, y}, text(roofline.colours.size() - count, " others"), {.size = kSmall});
        page.text({kSize.width - kMargin, y}, percent_text(others), {.size = kSmall, .colour = kFaint, .align = Align::end});
        y += 1.6 * kSmall;
    }
    double x = kLegendLeft;
    for (const double share : {0.01, 0.1, 0.3}) {
        const double wide = diameter(share);
        draw_dot(page, {x + wide / 2, y + 22}, wide, kLevel);
        page.text({x + wide + 6, y + 22 + 0.35 * kTiny}, text(100 * share, " %"), {.size = kTiny, .colour = kFaint});
        x += wide + 40;
    }
    draw_worst(page, roofline, y + 78);
}

void draw_all(Surface& page, const Roofline& roofline) {
    page.text({kMargin, 38}, shortened(roofline.title, kTitle, kSize.width - 2 * kMargin), {.size = kTitle, .bold = true});
    page.text({kMargin, 60}, shortened(roofline.line, kSmall, kSize.width - 2 * kMargin), {.size = kSmall, .colour = kFaint});
    draw_axes(page, roofline);
    std::vector<Box> taken;
    draw_roofs(page, roofline, taken);
    draw_points(page, roofline);
    draw_badges(page, roofline, std::move(taken));
    draw_legend(page, roofline);
    const std::string note = roofline.points.empty() ? std::string("No dispatch was timed.")
                                                     : text("A dot: the dispatches of one kernel and shape, at the median of ",
                                                            roofline.runs, " isolated runs; at the left edge what computes nothing.");
    page.text({kMargin, kSize.height - 22}, note, {.size = kTiny, .colour = kFaint});
}

}  // namespace

Page roofline_page(const Profile& profile) {
    Roofline roofline = roofline_of(profile);
    return {.title = text("Roofline of ", roofline.title), .size = kSize, .draw = [roofline = std::move(roofline)](Surface& page) {
                draw_all(page, roofline);
            }};
}

}  // namespace heed::profile
