#include "profile/report/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "profile/picture.h"
#include "profile/report/files.h"
#include "profile/resources.h"
#include "profile/summary.h"

namespace heed::profile {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostSamples = 400'000;  // of all dispatches together
constexpr double kLighter = 0.22;         // where the page is dark
constexpr size_t kMostSlices = 200'000;   // dispatches on the timeline

// How much of a Profile is on the page: every so manieth sample, every so manieth isolated run dispatch by dispatch.
struct Thinning {
    size_t samples = 1, runs = 1;
};

Thinning thinning_for(const Profile& profile) {
    size_t samples = 0, slices = 0;
    for (const PlanSamples& plan : profile.plans) {
        for (const DispatchSamples& dispatch : plan.dispatches) {
            samples += dispatch.seconds.size();
        }
        for (const RunSample& run : plan.runs) {
            slices += run.dispatches.size();
        }
    }
    return {.samples = 1 + samples / (kMostSamples + 1), .runs = 1 + slices / (kMostSlices + 1)};
}

// Whole nanoseconds: half as long as seconds would be in digits.
int64_t nanoseconds(double seconds) {
    return std::llround(1e9 * seconds);
}

std::string hex(draw::Colour colour) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
    return digits;
}

Json spread_json(const Spread& spread) {
    return {spread.count, spread.least, spread.median, spread.p95, spread.most};
}

Json rating_json(const Rating& rating) {
    return {{"limit", to_string(rating.bound.limit)},
            {"best", rating.bound.seconds},
            {"roof", rating.roof},
            {"flops", rating.flops_per_second},
            {"bytes", rating.bytes_per_second}};
}

Json kernel_json(const KernelFacts& kernel) {
    Json out{{"name", kernel.name}, {"constants", kernel.constants}, {"workgroup", kernel.workgroup}};
    out["executables"] = Json::array();
    for (const Executable& executable : kernel.executables) {
        Json statistics = Json::array();
        for (const Statistic& each : executable.statistics) {
            statistics.push_back({each.name, each.text, each.description});
        }
        out["executables"].push_back({{"name", executable.name},
                                      {"description", executable.description},
                                      {"subgroup", executable.subgroup_size},
                                      {"statistics", std::move(statistics)}});
    }
    const Resources resources = resources_of(kernel.executables);
    out["resources"] = Json::array();
    for (const Resource resource : kResources) {
        if (const auto& amount = resources[resource]) {
            out["resources"].push_back({to_string(resource), amount->name, amount->value, amount->unit});
        }
    }
    return out;
}

Json dispatch_json(const DispatchSamples& dispatch, const DispatchSummary& summary, size_t every) {
    Json out{{"op", dispatch.op},
             {"name", dispatch.name},
             {"shape", dispatch.shape},
             {"kernel", dispatch.kernel},
             {"grid", dispatch.grid},
             {"work", {dispatch.work.flops, dispatch.work.bytes}},
             {"times", spread_json(summary.isolated)},
             {"runs", summary.runs},
             {"seconds", summary.seconds},
             {"share", summary.share},
             {"rating", rating_json(summary.rating)}};
    if (dispatch.indirect) {
        out["indirect"] = true;
    }
    if (dispatch.barrier) {
        out["barrier"] = true;
    }
    for (const Counter& counter : dispatch.counters) {
        out["counters"].push_back({counter.name, counter.value, counter.unit, counter.description});
    }
    out["samples"] = Json::array();
    for (size_t i = 0; i < dispatch.seconds.size(); i += every) {
        out["samples"].push_back(nanoseconds(dispatch.seconds[i]));
    }
    return out;
}

// [isolated, begin, submitted, end, the device's begins and ends in pairs, from one dispatch's end to the next one's begin and how long
// it took in pairs]
Json run_json(const RunSample& run, bool by_dispatch) {
    Json device = Json::array(), dispatches = Json::array();
    for (const Interval& each : run.device) {
        device.push_back(nanoseconds(each.begin));
        device.push_back(nanoseconds(each.end));
    }
    int64_t last = nanoseconds(run.host.begin);
    for (const Interval& each : by_dispatch ? run.dispatches : std::vector<Interval>{}) {
        dispatches.push_back(nanoseconds(each.begin) - last);
        dispatches.push_back(nanoseconds(each.end) - nanoseconds(each.begin));
        last = nanoseconds(each.end);
    }
    return {run.isolated ? 1 : 0,      nanoseconds(run.host.begin), nanoseconds(run.submitted),
            nanoseconds(run.host.end), std::move(device),           std::move(dispatches)};
}

Json plan_json(const PlanSamples& plan, const PlanSummary& summary, const Thinning& thinning) {
    Json out{{"name", plan.name},
             {"concurrent", spread_json(summary.concurrent)},
             {"isolated", spread_json(summary.isolated)},
             {"seconds", summary.dispatch_seconds},
             {"runs_a_round", summary.runs},
             {"barriers", plan.barriers},
             {"submits", plan.submits},
             {"lower_bound", plan.scratch_lower_bound}};
    out["busy"] = summary.busy ? Json(*summary.busy) : Json();
    for (const char* key : {"kernels", "dispatches", "tensors", "arenas", "runs"}) {
        out[key] = Json::array();
    }
    for (const KernelFacts& kernel : plan.kernels) {
        out["kernels"].push_back(kernel_json(kernel));
    }
    for (size_t i = 0; i < plan.dispatches.size(); ++i) {
        out["dispatches"].push_back(dispatch_json(plan.dispatches[i], summary.dispatches[i], thinning.samples));
    }
    for (const TensorSpan& tensor : plan.tensors) {
        if (tensor.arena == "scratch") {
            out["tensors"].push_back({tensor.name, tensor.chunk, tensor.offset, tensor.bytes, tensor.first, tensor.last});
        }
    }
    for (const ArenaUse& arena : plan.arenas) {
        out["arenas"].push_back({arena.name, arena.bytes});
    }
    size_t isolated = 0;
    for (const RunSample& run : plan.runs) {
        out["runs"].push_back(run_json(run, run.isolated && isolated % thinning.runs == 0));
        isolated += run.isolated ? 1 : 0;
    }
    return out;
}

Json device_json(const DeviceFacts& device) {
    return {{"name", device.name},
            {"driver", device.driver},
            {"type", device.type},
            {"software", device.software},
            {"timestamps", device.timestamps},
            {"tick", device.tick_seconds},
            {"clock", device.clock},
            {"deviation", device.clock_deviation}};
}

Json roofs_json(const Roofs& roofs) {
    Json out{{"compute", roofs.flops_f32},
             {"half", roofs.flops_f16},
             {"dispatch", roofs.dispatch_seconds},
             {"submit", roofs.submit_seconds},
             {"timestamp", roofs.timestamp_seconds}};
    out["memory"] = Json::array();
    for (const Roofs::Level& level : roofs.memory) {
        out["memory"].push_back({level.bytes, level.bytes_per_second});
    }
    return out;
}

Json summary_json(const Summary& summary) {
    Json out{{"concurrent", spread_json(summary.concurrent)},
             {"isolated", spread_json(summary.isolated)},
             {"pace", spread_json(summary.pace)},
             {"seconds", summary.sum.median}};
    out["busy"] = summary.busy ? Json(*summary.busy) : Json();
    out["ops"] = Json::array();
    for (const OpColour& op : op_colours(summary)) {
        const GroupSummary& group = summary.ops[out["ops"].size()];
        out["ops"].push_back({{"name", op.op},
                              {"day", hex(op.colour)},
                              {"night", hex(draw::mix(op.colour, draw::kPaper, kLighter))},
                              {"dispatches", group.dispatches},
                              {"round", spread_json(group.round)},
                              {"share", group.share},
                              {"rating", rating_json(group.rating)}});
    }
    out["phases"] = Json::array();
    for (const PhaseSummary& phase : summary.phases) {
        out["phases"].push_back({phase.name, phase.count, phase.seconds, phase.before, spread_json(phase.round)});
    }
    return out;
}

Json page_json(const Profile& profile) {
    const Summary summary = summary_of(profile);
    const Thinning thinning = thinning_for(profile);
    Json out{{"subject", profile.subject},
             {"started", profile.started},
             {"version", profile.version},
             {"interrupted", profile.interrupted},
             {"notes", profile.notes},
             {"every", {thinning.samples, thinning.runs}},
             {"device", device_json(profile.device)},
             {"device_bytes", profile.device_bytes},
             {"roofs", roofs_json(profile.roofs)},
             {"summary", summary_json(summary)}};
    for (const char* key : {"plans", "phases", "rounds"}) {
        out[key] = Json::array();
    }
    for (size_t i = 0; i < profile.plans.size(); ++i) {
        out["plans"].push_back(plan_json(profile.plans[i], summary.plans[i], thinning));
    }
    for (const Phase& phase : profile.phases) {
        out["phases"].push_back({phase.name, phase.detail, nanoseconds(phase.time.begin), nanoseconds(phase.time.end), phase.thread});
    }
    for (const Round& round : profile.rounds) {
        out["rounds"].push_back({round.isolated ? 1 : 0, nanoseconds(round.host.begin), nanoseconds(round.host.end), round.pace});
    }
    return out;
}

}  // namespace

std::string report_page(const Profile& profile) {
    const std::string json = page_json(profile).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return io::filled_html(report_files(), "Profile of " + profile.subject, json);
}

}  // namespace heed::profile
