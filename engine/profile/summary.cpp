#include "profile/summary.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <ranges>
#include <tuple>
#include <utility>

namespace heed::profile {
namespace {

constexpr size_t kNoRound = static_cast<size_t>(-1);

// The rounds of one kind, by time.
class Rounds {
public:
    Rounds(const Profile& profile, bool isolated) {
        for (const Round& round : profile.rounds) {
            if (round.isolated == isolated) {
                times_.push_back(round.host);
            }
        }
        std::ranges::sort(times_, {}, &Interval::begin);
    }

    const std::vector<Interval>& times() const { return times_; }

    // The number of the round in whose time the middle of an interval lies.
    size_t of(const Interval& time) const {
        const double middle = (time.begin + time.end) / 2;
        const auto after = std::ranges::upper_bound(times_, middle, {}, &Interval::begin);
        if (after == times_.begin() || middle > std::prev(after)->end) {
            return kNoRound;
        }
        return static_cast<size_t>(std::distance(times_.begin(), std::prev(after)));
    }

private:
    std::vector<Interval> times_;
};

// Which round each isolated run of each plan lies in.
struct IsolatedRuns {
    size_t rounds = 0;
    std::vector<std::vector<size_t>> round;  // by plan, by isolated run

    // Of a plan, in a round on average.
    double runs(size_t plan) const {
        const auto in_rounds = std::ranges::count_if(round[plan], [](size_t number) { return number != kNoRound; });
        return rounds == 0 ? 0 : static_cast<double>(in_rounds) / static_cast<double>(rounds);
    }
};

IsolatedRuns isolated_runs(const Profile& profile) {
    const Rounds rounds(profile, true);
    IsolatedRuns out{.rounds = rounds.times().size()};
    for (const PlanSamples& plan : profile.plans) {
        std::vector<size_t>& numbers = out.round.emplace_back();
        for (const RunSample& run : plan.runs) {
            if (run.isolated) {
                numbers.push_back(rounds.times().empty() ? numbers.size() : rounds.of(run.host));
            }
        }
        if (rounds.times().empty()) {
            out.rounds = std::max(out.rounds, numbers.size());
        }
    }
    return out;
}

double quotient(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

Rating rating_of(const Bound& bound, const Work& work, double seconds) {
    return {.bound = bound,
            .roof = quotient(bound.seconds, seconds),
            .flops_per_second = quotient(work.flops, seconds),
            .bytes_per_second = quotient(work.bytes, seconds)};
}

DispatchSummary dispatch_summary(const Roofs& roofs, const DispatchSamples& dispatch, double runs) {
    DispatchSummary out{.isolated = spread_of(dispatch.seconds), .runs = runs};
    out.seconds = out.isolated.median * runs;
    out.rating = rating_of(bound_of(roofs, dispatch.work), dispatch.work, out.isolated.median);
    out.intensity = quotient(dispatch.work.flops, dispatch.work.bytes);
    return out;
}

// How many seconds of `within` some of the intervals cover.
double covered(std::vector<Interval> intervals, const Interval& within) {
    std::ranges::sort(intervals, {}, &Interval::begin);
    double seconds = 0, reached = within.begin;
    for (const Interval& interval : intervals) {
        const double begin = std::max(interval.begin, reached), end = std::min(interval.end, within.end);
        seconds += std::max(end - begin, 0.0);
        reached = std::max(reached, end);
    }
    return seconds;
}

// How long the device was at work in some piece of the host's time.
struct Busy {
    double seconds = 0, whole = 0;
    bool known = true;

    void add(const Interval& time, std::vector<Interval> device) {
        seconds += covered(std::move(device), time);
        whole += time.seconds();
    }
    std::optional<double> share() const { return known && whole > 0 ? std::optional(seconds / whole) : std::nullopt; }
};

PlanSummary plan_summary(const Roofs& roofs, const PlanSamples& plan, double runs) {
    PlanSummary out{.runs = runs};
    std::vector<double> concurrent, isolated, submit;
    Busy busy;
    for (const RunSample& run : plan.runs) {
        if (run.isolated) {
            isolated.push_back(run.host.seconds());
            continue;
        }
        concurrent.push_back(run.host.seconds());
        submit.push_back(run.submitted - run.host.begin);
        busy.known = busy.known && !run.device.empty();
        busy.add(run.host, run.device);
    }
    out.concurrent = spread_of(concurrent);
    out.isolated = spread_of(isolated);
    out.submit = spread_of(submit);
    out.busy = busy.share();
    std::vector<double> sums(isolated.size());
    for (const DispatchSamples& dispatch : plan.dispatches) {
        std::ranges::transform(sums, dispatch.seconds, sums.begin(), std::plus());
        out.dispatches.push_back(dispatch_summary(roofs, dispatch, runs));
        out.dispatch_seconds += out.dispatches.back().isolated.median;
    }
    out.sum = spread_of(sums);
    return out;
}

// Groups of dispatches under names, filled plan by plan.
class Groups {
public:
    explicit Groups(size_t rounds) : rounds_(rounds) {}

    void add(const std::string& name, const DispatchSamples& dispatch, const DispatchSummary& summary,
             const std::vector<size_t>& round_of) {
        Parts& parts = groups_[name];
        GroupSummary& group = parts.summary;
        group.rounds.resize(rounds_);
        for (size_t run = 0; run < std::min(round_of.size(), dispatch.seconds.size()); ++run) {
            if (round_of[run] != kNoRound) {
                group.rounds[round_of[run]] += dispatch.seconds[run];
            }
        }
        ++group.dispatches;
        group.share += summary.share;
        group.work.flops += dispatch.work.flops * summary.runs;
        group.work.bytes += dispatch.work.bytes * summary.runs;
        parts.bounds[summary.rating.bound.limit] += summary.rating.bound.seconds * summary.runs;
    }

    std::vector<GroupSummary> slowest_first() {
        std::vector<GroupSummary> out;
        for (auto& [name, parts] : groups_) {
            Bound bound{.limit = std::ranges::max_element(parts.bounds, {}, &std::pair<const Limit, double>::second)->first};
            for (const auto& [limit, seconds] : parts.bounds) {
                bound.seconds += seconds;
            }
            GroupSummary& group = out.emplace_back(std::move(parts.summary));
            group.name = name;
            group.round = spread_of(group.rounds);
            group.rating = rating_of(bound, group.work, group.round.median);
        }
        std::ranges::stable_sort(out, std::ranges::greater(), [](const GroupSummary& group) { return group.round.median; });
        return out;
    }

private:
    struct Parts {
        GroupSummary summary;
        std::map<Limit, double> bounds;
    };
    size_t rounds_;
    std::map<std::string, Parts> groups_;
};

// By phase, the seconds of it in which no other of its thread lies.
std::vector<double> own_seconds(const std::vector<Phase>& phases) {
    std::vector<size_t> order(phases.size());
    std::ranges::copy(std::views::iota(size_t{0}, phases.size()), order.begin());
    std::ranges::stable_sort(order, [&](size_t a, size_t b) {  // by thread and begin, the longer of two that begin together first
        const Interval &left = phases[a].time, &right = phases[b].time;
        return std::tuple(phases[a].thread, left.begin, -left.end) < std::tuple(phases[b].thread, right.begin, -right.end);
    });
    std::vector<double> own(phases.size());
    std::vector<size_t> around;  // phases that the next one may lie in, the innermost last
    for (const size_t i : order) {
        const Phase& phase = phases[i];
        while (!around.empty() && (phases[around.back()].thread != phase.thread || phases[around.back()].time.end < phase.time.end)) {
            around.pop_back();
        }
        own[i] = phase.time.seconds();
        if (!around.empty()) {
            own[around.back()] -= own[i];
        }
        around.push_back(i);
    }
    return own;
}

std::vector<PhaseSummary> phase_summaries(const Profile& profile, const Rounds& concurrent) {
    double first = profile.rounds.empty() ? 0 : profile.rounds.front().host.begin;
    for (const Round& round : profile.rounds) {
        first = std::min(first, round.host.begin);
    }
    std::vector<PhaseSummary> out;
    std::map<std::string, size_t> numbers;
    std::vector<std::vector<double>> in_rounds, own_in_rounds;
    const std::vector<double> own = own_seconds(profile.phases);
    for (size_t i = 0; i < profile.phases.size(); ++i) {
        const Phase& phase = profile.phases[i];
        const auto [found, fresh] = numbers.try_emplace(phase.name, out.size());
        if (fresh) {
            out.push_back({.name = phase.name});
            in_rounds.emplace_back(concurrent.times().size());
            own_in_rounds.emplace_back(concurrent.times().size());
        }
        PhaseSummary& summary = out[found->second];
        const double seconds = phase.time.seconds();
        ++summary.count;
        summary.seconds += seconds;
        summary.before += profile.rounds.empty() || phase.time.begin < first ? seconds : 0;
        if (const size_t round = concurrent.of(phase.time); round != kNoRound) {
            in_rounds[found->second][round] += seconds;
            own_in_rounds[found->second][round] += own[i];
        }
    }
    for (size_t i = 0; i < out.size(); ++i) {
        out[i].round = spread_of(in_rounds[i]);
        out[i].own = spread_of(own_in_rounds[i]);
    }
    return out;
}

std::optional<double> busy_share(const Profile& profile, const Rounds& concurrent) {
    Busy busy;
    std::vector<std::vector<Interval>> device(concurrent.times().size());
    for (const PlanSamples& plan : profile.plans) {
        for (const RunSample& run : plan.runs) {
            const size_t round = run.isolated ? kNoRound : concurrent.of(run.host);
            if (round != kNoRound) {
                busy.known = busy.known && !run.device.empty();
                device[round].insert(device[round].end(), run.device.begin(), run.device.end());
            }
        }
    }
    for (size_t i = 0; i < device.size(); ++i) {
        busy.add(concurrent.times()[i], std::move(device[i]));
    }
    return busy.share();
}

// The seconds of rounds of one kind, and the pace beside all of them.
void summarise_rounds(const Profile& profile, Summary& out) {
    std::vector<double> concurrent, isolated, pace;
    for (const Round& round : profile.rounds) {
        (round.isolated ? isolated : concurrent).push_back(round.host.seconds());
        pace.push_back(round.pace);
    }
    out.concurrent = spread_of(concurrent);
    out.isolated = spread_of(isolated);
    out.pace = spread_of(pace);
}

}  // namespace

Summary summary_of(const Profile& profile) {
    const IsolatedRuns runs = isolated_runs(profile);
    const Rounds concurrent(profile, false);
    Summary out;
    summarise_rounds(profile, out);
    out.busy = busy_share(profile, concurrent);
    out.phases = phase_summaries(profile, concurrent);
    for (size_t i = 0; i < profile.plans.size(); ++i) {
        out.plans.push_back(plan_summary(profile.roofs, profile.plans[i], runs.runs(i)));
        for (const DispatchSummary& dispatch : out.plans.back().dispatches) {
            out.dispatch_seconds += dispatch.seconds;
        }
    }
    Groups ops(runs.rounds), kernels(runs.rounds);
    for (size_t i = 0; i < profile.plans.size(); ++i) {
        const PlanSamples& plan = profile.plans[i];
        for (size_t j = 0; j < plan.dispatches.size(); ++j) {
            const DispatchSamples& dispatch = plan.dispatches[j];
            DispatchSummary& summary = out.plans[i].dispatches[j];
            summary.share = quotient(summary.seconds, out.dispatch_seconds);
            ops.add(dispatch.op, dispatch, summary, runs.round[i]);
            kernels.add(plan.kernels.at(dispatch.kernel).name, dispatch, summary, runs.round[i]);
        }
    }
    out.ops = ops.slowest_first();
    std::vector<double> sums(runs.rounds);
    for (const GroupSummary& op : out.ops) {
        std::ranges::transform(sums, op.rounds, sums.begin(), std::plus());
    }
    out.sum = spread_of(sums);
    out.kernels = kernels.slowest_first();
    return out;
}

}  // namespace heed::profile
