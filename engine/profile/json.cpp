#include "profile/json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "profile/profile_fields.h"
#include "profile/summary.h"

namespace heed::profile {
namespace {

using nlohmann::ordered_json;

template <typename T>
ordered_json written(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (std::is_same_v<T, Interval>) {
        return {value.begin, value.end};
    } else if constexpr (requires { value.size(); }) {
        ordered_json out = ordered_json::array();
        for (const auto& element : value) {
            out.push_back(written(element));
        }
        return out;
    } else {
        ordered_json out = ordered_json::object();
        fields(value, [&](const char* name, const auto& field) { out[name] = written(field); });
        return out;
    }
}

ordered_json spread(const Spread& of) {
    return {{"count", of.count}, {"min", of.least}, {"median", of.median}, {"p95", of.p95}, {"max", of.most}};
}

ordered_json percent(const std::optional<double>& share) {
    return share ? ordered_json(100 * *share) : ordered_json();
}

void rate(ordered_json& out, const Rating& rating) {
    out["bound"] = to_string(rating.bound.limit);
    out["bound_seconds"] = rating.bound.seconds;
    out["percent_of_roof"] = 100 * rating.roof;
    out["gflop_per_second"] = rating.flops_per_second / 1e9;
    out["gb_per_second"] = rating.bytes_per_second / 1e9;
}

ordered_json dispatch_summary(const DispatchSummary& dispatch) {
    ordered_json out{{"isolated", spread(dispatch.isolated)},
                     {"runs_per_round", dispatch.runs},
                     {"round_seconds", dispatch.seconds},
                     {"percent_of_time", 100 * dispatch.share},
                     {"flops_per_byte", dispatch.intensity}};
    rate(out, dispatch.rating);
    return out;
}

ordered_json group_summaries(const std::vector<GroupSummary>& groups) {
    ordered_json out = ordered_json::array();
    for (const GroupSummary& group : groups) {
        ordered_json& one = out.emplace_back(ordered_json{{"name", group.name},
                                                          {"dispatches", group.dispatches},
                                                          {"rounds", group.rounds},
                                                          {"round", spread(group.round)},
                                                          {"percent_of_time", 100 * group.share},
                                                          {"flops", group.work.flops},
                                                          {"bytes", group.work.bytes}});
        rate(one, group.rating);
    }
    return out;
}

ordered_json plan_summary(const PlanSummary& plan) {
    return {{"concurrent", spread(plan.concurrent)},
            {"isolated", spread(plan.isolated)},
            {"submit", spread(plan.submit)},
            {"sum", spread(plan.sum)},
            {"dispatch_seconds", plan.dispatch_seconds},
            {"runs_per_round", plan.runs},
            {"percent_busy", percent(plan.busy)}};
}

ordered_json phase_summaries(const std::vector<PhaseSummary>& phases) {
    ordered_json out = ordered_json::array();
    for (const PhaseSummary& phase : phases) {
        out.push_back({{"name", phase.name},
                       {"count", phase.count},
                       {"seconds", phase.seconds},
                       {"before_rounds", phase.before},
                       {"round", spread(phase.round)},
                       {"own", spread(phase.own)}});
    }
    return out;
}

ordered_json whole_summary(const Summary& summary) {
    return {{"concurrent", spread(summary.concurrent)},
            {"isolated", spread(summary.isolated)},
            {"pace", spread(summary.pace)},
            {"sum", spread(summary.sum)},
            {"dispatch_seconds", summary.dispatch_seconds},
            {"percent_busy", percent(summary.busy)},
            {"ops", group_summaries(summary.ops)},
            {"kernels", group_summaries(summary.kernels)},
            {"phases", phase_summaries(summary.phases)}};
}

}  // namespace

std::string to_json(const Profile& profile) {
    const Summary summary = summary_of(profile);
    ordered_json out{{"schema", kSchema}, {"version", kSchemaVersion}};
    out["summary"] = whole_summary(summary);
    out.update(written(profile));
    for (size_t i = 0; i < profile.plans.size(); ++i) {
        ordered_json& plan = out["plans"][i];
        plan["summary"] = plan_summary(summary.plans[i]);
        for (size_t j = 0; j < profile.plans[i].dispatches.size(); ++j) {
            plan["dispatches"][j]["summary"] = dispatch_summary(summary.plans[i].dispatches[j]);
        }
    }
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace heed::profile
