#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/json_text.h"
#include "profile/amounts.h"
#include "profile/columns.h"
#include "profile/compare.h"

namespace heed::profile {
namespace {

using nlohmann::ordered_json;

template <typename... Values>
std::string printed(const char* format, Values... values) {
    std::array<char, 128> out{};
    return {out.data(), static_cast<size_t>(std::snprintf(out.data(), out.size(), format, values...))};
}

// In one line, whatever a file says.
std::string clean(const std::string& foreign) {
    return io::readable(foreign, foreign.size());
}

bool tested(const Change& change) {
    return change.before.median > 0 && change.after.median > 0;
}

std::string interval_text(const Shift& shift) {
    return std::isfinite(shift.most) ? printed("%.3f to %.3f", shift.least, shift.most) : "unknown";
}

std::string median_text(const Spread& spread) {
    return spread.count == 0 ? "" : seconds_text(spread.median);
}

Tint tint_of(Verdict verdict) {
    return verdict == Verdict::slower ? Tint::poor : verdict == Verdict::faster ? Tint::good : Tint::none;
}

void add(const Change& change, Columns& columns) {
    columns.add({{median_text(change.before)},
                 {median_text(change.after)},
                 {tested(change) ? printed("%.3f", change.shift.ratio) : ""},
                 {tested(change) ? interval_text(change.shift) : ""},
                 {std::string(to_string(change.verdict)), tint_of(change.verdict)},
                 {clean(change.name)}});
}

Columns headed(const char* last) {
    return Columns({{"before"}, {"after"}, {"ratio"}, {"95 % interval"}, {"", false}, {last, false}});
}

std::string pace_text(const Change& pace) {
    if (!tested(pace)) {
        return "The machine itself was not timed in both: what it differed by may be among these changes.";
    }
    return printed("The machine itself: a fixed piece of work took %.3f times as long (%s). ", pace.shift.ratio,
                   interval_text(pace.shift).c_str()) +
           "No change that is smaller than that, or than 2 %, counts.";
}

// The first of what is too slow, with the number of all that is.
std::string verdict_text(const Comparison& comparison) {
    std::vector<const Change*> slower;
    const auto look = [&](const Change& change) {
        if (change.verdict == Verdict::slower && change.beyond > 1 + comparison.threshold) {
            slower.push_back(&change);
        }
    };
    std::ranges::for_each(comparison.ops, look);
    look(comparison.rounds);
    std::ranges::for_each(comparison.dispatches, look);
    const std::string limit = printed("%.3g %%", 100 * comparison.threshold);
    if (slower.empty()) {
        return "Nothing got slower by more than " + limit + ".\n";
    }
    return text("Slower by more than ", limit, ": ", shortened(clean(slower.front()->name), 50),
                slower.size() > 1 ? text(" and ", slower.size() - 1, " more") : "", ".\n");
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

std::string comparison_text(const Comparison& comparison, const TextOptions& options) {
    std::string out;
    for (const Difference& difference : comparison.differences) {
        const size_t words = difference.what.size() + 12, room = options.width > words ? (options.width - words) / 2 : 1;
        out += text("Another ", difference.what, ": ", shortened(clean(difference.before), room), ", ",
                    shortened(clean(difference.after), room), "\n");
    }
    out += wrapped(pace_text(comparison.pace), options.width) + "\n";
    Columns ops = headed("op");
    add(comparison.rounds, ops);
    for (const Change& op : comparison.ops) {
        add(op, ops);
    }
    out += ops.text(options.width, options.colours) + "\n";
    if (!comparison.dispatches.empty()) {
        Columns dispatches = headed("dispatch of an op that changed");
        for (const Change& dispatch : comparison.dispatches) {
            add(dispatch, dispatches);
        }
        out += dispatches.text(options.width, options.colours) + "\n";
    }
    return out + verdict_text(comparison);
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
