#include "draw/label_places.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace heed::draw {
namespace {

constexpr double kGap = 4, kApart = 3;  // between dot and words, between words; points
constexpr int kDirections = 24, kDistances = 14;
constexpr double kFurther = 12, kNear = 9;  // without a line up to there

bool meet(const Box& a, const Box& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool holds(const Box& outer, const Box& box) {
    return box.x >= outer.x && box.y >= outer.y && box.x + box.width <= outer.x + outer.width &&
           box.y + box.height <= outer.y + outer.height;
}

Box grown(const Box& box, double by) {
    return {box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by};
}

Point nearest(const Box& box, Point to) {
    return {std::clamp(to.x, box.x, box.x + box.width), std::clamp(to.y, box.y, box.y + box.height)};
}

bool crosses(Point from, Point to, const Box& box) {
    const double length = std::hypot(to.x - from.x, to.y - from.y);
    for (double at = 0; at < length; at += 2) {
        const double x = from.x + (to.x - from.x) * at / length, y = from.y + (to.y - from.y) * at / length;
        if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) {
            return true;
        }
    }
    return false;
}

// Right of the dot first, then left, above, below; further away only where there is no room.
std::vector<Box> candidates(const Label& label) {
    std::vector<Box> out;
    for (int step = 0; step < kDistances; ++step) {
        for (int turn = 0; turn < kDirections; ++turn) {
            const int eighth = turn / 2 * (turn % 2 == 0 ? 1 : -1);  // 0, 0, 1, -1, 2, -2 ...
            const double angle = 2 * std::numbers::pi * eighth / kDirections, away = label.radius + kGap + step * kFurther;
            const double x = label.dot.x + away * std::cos(angle), y = label.dot.y - away * std::sin(angle);
            const double across = (1 - std::cos(angle)) / 2, down = (1 + std::sin(angle)) / 2;  // how much of the words lies before
            out.push_back({x - across * label.width, y - down * label.height, label.width, label.height});
        }
    }
    return out;
}

}  // namespace

std::vector<std::optional<LabelPlace>> place_labels(std::span<const Label> labels, const std::vector<Box>& taken, Box inside) {
    std::vector<Box> boxes = taken;
    std::vector<std::pair<Point, Point>> leaders;
    std::vector<std::optional<LabelPlace>> out;
    for (const Label& label : labels) {
        std::optional<LabelPlace> found;
        for (const Box& box : candidates(label)) {
            const Point end = nearest(box, label.dot);
            const double away = std::hypot(end.x - label.dot.x, end.y - label.dot.y) - label.radius;
            const bool led = away > kNear;
            const auto in_the_way = [&](const Box& other) { return meet(grown(box, kApart), other); };
            const auto cut = [&](const auto& leader) { return crosses(leader.first, leader.second, grown(box, kApart)); };
            const auto hides = [&](const LabelPlace& other) { return led && crosses(label.dot, end, grown(other.box, 1)); };
            if (away < 0 || !holds(inside, box) || std::ranges::any_of(boxes, in_the_way) || std::ranges::any_of(leaders, cut) ||
                std::ranges::any_of(out, [&](const auto& other) { return other && hides(*other); })) {
                continue;
            }
            found = {.box = box, .leader = led ? std::optional(end) : std::nullopt};
            boxes.push_back(box);
            if (led) {
                leaders.push_back({label.dot, end});
            }
            break;
        }
        out.push_back(found);
    }
    return out;
}

}  // namespace heed::draw
