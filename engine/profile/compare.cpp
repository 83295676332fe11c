#include "profile/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>

#include "base/error.h"
#include "profile/summary.h"

namespace heed::profile {
namespace {

constexpr double kBudget = 0.04;  // for any false change in a family: blocks are not quite independent, which the fifth of 100 is for
constexpr double kLeast = 1.02;   // less is no change whatever the test says

// The measurements of one thing in both profiles, in the order of time.
struct Pair {
    std::string name;
    std::vector<double> before, after;
};

bool comparable(const Pair& pair) {
    const auto positive = [](const std::vector<double>& values) {
        return !values.empty() && std::ranges::all_of(values, [](double value) { return value > 0; });
    };
    return positive(pair.before) && positive(pair.after);
}

double further(double ratio) {
    return std::max(ratio, 1 / ratio);
}

Change described(const Pair& pair) {
    Change out{.name = pair.name, .before = spread_of(pair.before), .after = spread_of(pair.after)};
    if (pair.after.empty() && !pair.before.empty()) {
        out.verdict = Verdict::only_before;
    } else if (pair.before.empty() && !pair.after.empty()) {
        out.verdict = Verdict::only_after;
    }
    return out;
}

// Of everything that is tested together. What else runs on the machine touches all of it, so that all together show best how measurements
// depend on those before them; what depends on them more is taken as it is, less what chance may make of it.
std::vector<double> correlations(const std::vector<Pair>& pairs) {
    std::vector<double> out;
    double sum = 0, count = 0;
    for (const Pair& pair : pairs) {
        out.push_back(comparable(pair) ? autocorrelation(pair.before, pair.after) : 0);
        sum += out.back();
        count += comparable(pair) ? 1 : 0;
    }
    for (size_t i = 0; i < out.size() && count > 0; ++i) {
        const double chance = 1 / std::sqrt(std::max(1.0, static_cast<double>(pairs[i].before.size() + pairs[i].after.size())));
        out[i] = std::max(out[i] - chance, sum / count);
    }
    return out;
}

Verdict verdict_of(const Change& change, double tested) {
    if (change.shift.p <= kBudget && further(change.beyond) >= kLeast) {
        return change.shift.ratio > 1 ? Verdict::slower : Verdict::faster;
    }
    return change.shift.least_p * tested > kBudget ? Verdict::too_few : Verdict::unchanged;
}

// What became of things that are tested together, on a machine that itself differed by a factor of `machine`.
std::vector<Change> changes(const std::vector<Pair>& pairs, double machine) {
    const std::vector<double> correlation = correlations(pairs);
    std::vector<Change> out;
    std::vector<double> p;
    for (size_t i = 0; i < pairs.size(); ++i) {
        Change& change = out.emplace_back(described(pairs[i]));
        if (comparable(pairs[i])) {
            change.shift = shift_of(pairs[i].before, pairs[i].after, {.correlation = correlation[i], .allowance = machine});
            change.beyond =
                change.shift.ratio > 1 ? std::max(1.0, change.shift.ratio / machine) : std::min(1.0, change.shift.ratio * machine);
            p.push_back(change.shift.p);
        }
    }
    const std::vector<double> corrected = holm(p);
    for (size_t i = 0, tested = 0; i < pairs.size(); ++i) {
        if (comparable(pairs[i])) {
            out[i].shift.p = corrected[tested++];
            out[i].verdict = verdict_of(out[i], static_cast<double>(p.size()));
        }
    }
    return out;
}

std::vector<double> concurrent_rounds(const Profile& profile) {
    std::vector<double> out;
    for (const Round& round : profile.rounds) {
        if (!round.isolated) {
            out.push_back(round.host.seconds());
        }
    }
    return out;
}

std::vector<double> paces(const Profile& profile) {
    std::vector<double> out;
    for (const Round& round : profile.rounds) {
        if (round.pace > 0) {
            out.push_back(round.pace);
        }
    }
    return out;
}

// Ops of either profile, those of the first one first.
std::vector<Pair> op_pairs(const Profile& before, const Profile& after) {
    std::vector<Pair> out;
    for (const GroupSummary& op : summary_of(before).ops) {
        out.push_back({.name = op.name, .before = op.rounds});
    }
    for (const GroupSummary& op : summary_of(after).ops) {
        const auto found = std::ranges::find(out, op.name, &Pair::name);
        (found == out.end() ? out.emplace_back(Pair{.name = op.name}) : *found).after = op.rounds;
    }
    return out;
}

bool same_dispatches(const PlanSamples& a, const PlanSamples& b) {
    return std::ranges::equal(a.dispatches, b.dispatches, [](const DispatchSamples& one, const DispatchSamples& other) {
        return one.op == other.op && one.name == other.name && one.shape == other.shape;
    });
}

std::vector<Pair> dispatch_pairs(const Profile& before, const Profile& after, const std::set<std::string>& ops) {
    std::vector<Pair> out;
    std::map<std::string, const PlanSamples*> plans;
    for (const PlanSamples& plan : after.plans) {
        plans.emplace(plan.name, &plan);
    }
    for (const PlanSamples& plan : before.plans) {
        const auto found = plans.find(plan.name);
        if (found == plans.end() || !same_dispatches(plan, *found->second)) {
            continue;
        }
        for (size_t i = 0; i < plan.dispatches.size(); ++i) {
            const DispatchSamples& dispatch = plan.dispatches[i];
            if (ops.contains(dispatch.op)) {
                out.push_back({.name = text(plan.name, " #", i, " ", dispatch.op, " ", dispatch.name),
                               .before = dispatch.seconds,
                               .after = found->second->dispatches[i].seconds});
            }
        }
        plans.erase(found);
    }
    return out;
}

std::string work_text(const Profile& profile) {
    double flops = 0, bytes = 0;
    for (const GroupSummary& op : summary_of(profile).ops) {
        flops += op.work.flops;
        bytes += op.work.bytes;
    }
    return text(flops / 1e9, " GFLOP and ", bytes / 1e6, " MB");
}

std::vector<Difference> differences(const Profile& before, const Profile& after) {
    const auto clock = [](const Profile& profile) { return profile.device.timestamps ? "the device's" : "the host's"; };
    std::vector<Difference> out{{"device", before.device.name, after.device.name},
                                {"device's UUID", before.device.uuid, after.device.uuid},
                                {"driver", before.device.driver, after.device.driver},
                                {"clock of dispatches", clock(before), clock(after)},
                                {"heed", before.version, after.version},
                                {"subject", before.subject, after.subject},
                                {"work of a round", work_text(before), work_text(after)}};
    std::erase_if(out, [](const Difference& difference) { return difference.before == difference.after; });
    return out;
}

bool changed(const Change& change) {
    return change.verdict == Verdict::slower || change.verdict == Verdict::faster;
}

// Changes first, the largest before smaller ones; then the rest, what takes longest first.
void sort_changes(std::vector<Change>& changes) {
    std::ranges::stable_sort(changes, [](const Change& a, const Change& b) {
        if (changed(a) != changed(b)) {
            return changed(a);
        }
        return changed(a) ? further(a.beyond) > further(b.beyond) : a.before.median > b.before.median;
    });
}

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::slower: return "slower";
        case Verdict::faster: return "faster";
        case Verdict::unchanged: return "no change";
        case Verdict::too_few: return "too few runs";
        case Verdict::only_before: return "only before";
        case Verdict::only_after: return "only after";
    }
    return "?";
}

bool Comparison::regressed() const {
    const auto worse = [&](const Change& change) { return change.verdict == Verdict::slower && change.beyond > 1 + threshold; };
    return worse(rounds) || std::ranges::any_of(ops, worse) || std::ranges::any_of(dispatches, worse);
}

Comparison compare(const Profile& before, const Profile& after, const CompareOptions& options) {
    if (!(options.threshold >= 0 && std::isfinite(options.threshold))) {
        fail(ErrorKind::bad_input, "compare: expected a threshold of 0 or more, got ", options.threshold);
    }
    if (before.device.name != after.device.name && !options.allow_other_device) {
        fail(ErrorKind::bad_input, "compare: expected two profiles of one device, got one of ", before.device.name, " and one of ",
             after.device.name);
    }
    Comparison out{.threshold = options.threshold, .differences = differences(before, after)};
    out.pace = changes({{.name = "pace", .before = paces(before), .after = paces(after)}}, 1).front();
    const double machine = further(out.pace.shift.ratio);

    std::vector<Pair> pairs = op_pairs(before, after);
    pairs.insert(pairs.begin(), {.name = "rounds", .before = concurrent_rounds(before), .after = concurrent_rounds(after)});
    out.ops = changes(pairs, machine);
    out.rounds = out.ops.front();
    out.ops.erase(out.ops.begin());

    std::set<std::string> looked_into;
    for (const Change& op : out.ops) {
        if (changed(op)) {
            looked_into.insert(op.name);
        }
    }
    out.dispatches = changes(dispatch_pairs(before, after, looked_into), machine);
    sort_changes(out.ops);
    sort_changes(out.dispatches);
    return out;
}

}  // namespace heed::profile
