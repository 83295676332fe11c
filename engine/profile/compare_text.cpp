#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/json_text.h"
#include "profile/compare.h"

namespace heed::profile {
namespace {

using nlohmann::ordered_json;

constexpr size_t kWidest = 100;

template <typename... Values>
std::string printed(const char* format, Values... values) {
    std::array<char, 128> out{};
    return {out.data(), static_cast<size_t>(std::snprintf(out.data(), out.size(), format, values...))};
}

// How many columns a text in UTF-8 takes, if each of its characters takes one.
size_t columns(std::string_view words) {
    return static_cast<size_t>(std::ranges::count_if(words, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string cut(std::string_view words, size_t most) {
    std::string out = io::readable(words, words.size());
    while (columns(out) > most) {
        while ((static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) {
            out.pop_back();
        }
        out.pop_back();
        if (columns(out) + 2 <= most) {
            return out + "..";
        }
    }
    return out;
}

std::string left(std::string_view words, size_t width) {
    std::string out = cut(words, width);
    return out + std::string(width - columns(out), ' ');
}

std::string time_text(const Spread& spread) {
    const double us = spread.median * 1e6;
    return spread.count == 0 ? ""
           : us < 1e3        ? printed("%.2f us", us)
           : us < 1e6        ? printed("%.3f ms", us / 1e3)
                             : printed("%.3f s", us / 1e6);
}

bool tested(const Change& change) {
    return change.before.median > 0 && change.after.median > 0;
}

std::string interval_text(const Shift& shift) {
    return std::isfinite(shift.most) ? printed("%.3f to %.3f", shift.least, shift.most) : "unknown";
}

std::string line(const Change& change) {
    return left(change.name, 40) +
           printed("%11s %11s %6s  ", time_text(change.before).c_str(), time_text(change.after).c_str(),
                   tested(change) ? printed("%.3f", change.shift.ratio).c_str() : "") +
           left(tested(change) ? interval_text(change.shift) : "", 15) + " " + std::string(to_string(change.verdict)) + "\n";
}

std::string pace_text(const Change& pace) {
    if (!tested(pace)) {
        return "The machine itself was not timed in both: what it differed by may be among these changes.\n";
    }
    return printed("The machine itself: a fixed piece of work took %.3f times as long (%s).\n", pace.shift.ratio,
                   interval_text(pace.shift).c_str()) +
           "No change that is smaller than that, or than 2 %, counts.\n";
}

// The first of what is too slow, with all of their number.
std::string verdict_text(const Comparison& comparison) {
    std::vector<const Change*> slower;
    const auto add = [&](const Change& change) {
        if (change.verdict == Verdict::slower && change.beyond > 1 + comparison.threshold) {
            slower.push_back(&change);
        }
    };
    add(comparison.rounds);
    std::ranges::for_each(comparison.ops, add);
    std::ranges::for_each(comparison.dispatches, add);
    const std::string limit = printed("%.3g %%", 100 * comparison.threshold);
    if (slower.empty()) {
        return "Nothing got slower by more than " + limit + ".\n";
    }
    return text(slower.size(), " slower by more than ", limit, ": ", cut(slower.front()->name, 40), slower.size() > 1 ? "...\n" : "\n");
}

ordered_json row(const Change& change) {
    const auto spread = [](const Spread& of) -> ordered_json { return {{"count", of.count}, {"median", of.median}}; };
    ordered_json out{{"name", change.name}, {"before", spread(change.before)}, {"after", spread(change.after)}};
    if (tested(change)) {
        out["ratio"] = change.shift.ratio;
        out["interval"] = std::isfinite(change.shift.most) ? ordered_json{change.shift.least, change.shift.most} : ordered_json();
        out["beyond_pace"] = change.beyond;
        out["p"] = change.shift.p;
    }
    out["verdict"] = to_string(change.verdict);
    return out;
}

ordered_json rows(const std::vector<Change>& changes) {
    ordered_json out = ordered_json::array();
    for (const Change& change : changes) {
        out.push_back(row(change));
    }
    return out;
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
    std::string out;
    for (const Difference& difference : comparison.differences) {
        const size_t room = (kWidest - columns(difference.what) - 12) / 2;
        out +=
            cut(text("Another ", difference.what, ": ", cut(difference.before, room), ", ", cut(difference.after, room)), kWidest) + "\n";
    }
    out += pace_text(comparison.pace);
    out += "\n" + left("", 40) + printed("%11s %11s %6s  ", "before", "after", "ratio") + left("95 % interval", 15) + " verdict\n";
    out += line(comparison.rounds);
    for (const Change& op : comparison.ops) {
        out += line(op);
    }
    if (!comparison.dispatches.empty()) {
        out += "\nThe dispatches of ops that changed:\n";
    }
    for (const Change& dispatch : comparison.dispatches) {
        out += line(dispatch);
    }
    return out + "\n" + verdict_text(comparison);
}

std::string comparison_json(const Comparison& comparison) {
    ordered_json differences = ordered_json::array();
    for (const Difference& difference : comparison.differences) {
        differences.push_back({{"what", difference.what}, {"before", difference.before}, {"after", difference.after}});
    }
    const ordered_json out{{"schema", "heed-comparison"},
                           {"version", 1},
                           {"regressed", comparison.regressed()},
                           {"threshold_percent", 100 * comparison.threshold},
                           {"differences", differences},
                           {"pace", row(comparison.pace)},
                           {"rounds", row(comparison.rounds)},
                           {"ops", rows(comparison.ops)},
                           {"dispatches", rows(comparison.dispatches)}};
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace heed::profile
