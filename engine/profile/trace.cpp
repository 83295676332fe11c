#include "profile/trace.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/text.h"
#include "profile/roofs.h"

namespace heed::profile {
namespace {

using nlohmann::ordered_json;

constexpr int kHost = 1, kDevice = 2;

int64_t nanoseconds(double seconds) {
    return std::llround(seconds * 1e9);
}

// Whole nanoseconds keep what was nested nested; events have microseconds.
double microseconds(int64_t ns) {
    return static_cast<double>(ns) / 1000;
}

struct Slice {
    int64_t begin = 0, end = 0;
    std::string name;
    ordered_json args;
};

Slice slice(const Interval& time, std::string name, ordered_json args = ordered_json::object()) {
    return {.begin = nanoseconds(time.begin), .end = nanoseconds(time.end), .name = std::move(name), .args = std::move(args)};
}

// Slices on as few tracks as let any two of one track be disjoint or nested, each track in the order in which viewers want them:
// by begin, what lies around others before them.
std::vector<std::vector<Slice>> in_lanes(std::vector<Slice> slices) {
    std::ranges::stable_sort(slices, [](const Slice& a, const Slice& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
    struct Lane {
        std::vector<Slice> slices;
        std::vector<int64_t> open;  // ends of the slices around the present time, the innermost last
    };
    std::vector<Lane> lanes;
    for (Slice& slice : slices) {
        const auto fits = [&](Lane& lane) {
            while (!lane.open.empty() && lane.open.back() <= slice.begin) {
                lane.open.pop_back();
            }
            return lane.open.empty() || lane.open.back() >= slice.end;
        };
        auto lane = std::ranges::find_if(lanes, fits);
        if (lane == lanes.end()) {
            lane = lanes.insert(lanes.end(), Lane{});
        }
        lane->open.push_back(slice.end);
        lane->slices.push_back(std::move(slice));
    }
    std::vector<std::vector<Slice>> out;
    for (Lane& lane : lanes) {
        out.push_back(std::move(lane.slices));
    }
    return out;
}

// The events of a trace, in the order in which they are written.
class Trace {
public:
    void process(int process, const std::string& name) {
        metadata("process_name", process, 0, {{"name", name}});
        metadata("process_sort_index", process, 0, {{"sort_index", process}});
    }

    // A track below those that its process has; more where slices overlap; none without slices.
    void track(int process, const std::string& name, std::vector<Slice> slices) {
        const std::vector<std::vector<Slice>> lanes = in_lanes(std::move(slices));
        for (size_t i = 0; i < lanes.size(); ++i) {
            const int number = ++tracks_[process];
            metadata("thread_name", process, number, {{"name", i == 0 ? name : text(name, ", ", i + 1)}});
            metadata("thread_sort_index", process, number, {{"sort_index", number}});
            for (const Slice& slice : lanes[i]) {
                add({{"name", slice.name},
                     {"ph", "X"},
                     {"ts", microseconds(slice.begin)},
                     {"dur", microseconds(slice.end - slice.begin)},
                     {"pid", process},
                     {"tid", number},
                     {"args", slice.args}});
            }
        }
    }

    void count(const char* name, double seconds, uint64_t bytes) {
        add({{"name", name}, {"ph", "C"}, {"ts", microseconds(nanoseconds(seconds))}, {"pid", kDevice}, {"args", {{"bytes", bytes}}}});
    }

    // Of the form that is an object, an event a line.
    std::string written(const ordered_json& about) const {
        return text(R"({"displayTimeUnit": "ns", "otherData": )", dumped(about), R"(, "traceEvents": [)", events_, "\n]}\n");
    }

private:
    static std::string dumped(const ordered_json& value) { return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

    void metadata(const char* what, int process, int track, ordered_json args) {
        add({{"name", what}, {"ph", "M"}, {"pid", process}, {"tid", track}, {"args", std::move(args)}});
    }
    void add(const ordered_json& event) { events_ += (events_.empty() ? "\n" : ",\n") + dumped(event); }

    std::string events_;
    std::map<int, int> tracks_;
};

void add_host(const Profile& profile, Trace& trace) {
    trace.process(kHost, "host");
    std::vector<Slice> rounds;
    for (const Round& round : profile.rounds) {
        rounds.push_back(slice(round.host, text("round ", rounds.size() + 1, round.isolated ? ", isolated" : ", concurrent"),
                               {{"pace us", round.pace * 1e6}}));
    }
    trace.track(kHost, "rounds", std::move(rounds));
    std::map<uint32_t, std::vector<Slice>> threads;
    std::vector<std::pair<double, uint32_t>> firsts;  // so that the thread that begins is the first one
    for (const Phase& phase : profile.phases) {
        firsts.emplace_back(phase.time.begin, phase.thread);
        threads[phase.thread].push_back(slice(phase.time, phase.name, {{"detail", phase.detail}}));
    }
    std::ranges::sort(firsts);
    int number = 0;
    for (const auto& [begin, thread] : firsts) {
        if (const auto found = threads.find(thread); found != threads.end()) {
            trace.track(kHost, text("thread ", ++number), std::move(found->second));
            threads.erase(found);
        }
    }
}

ordered_json dispatch_args(const Profile& profile, const PlanSamples& plan, size_t number, double seconds) {
    const DispatchSamples& dispatch = plan.dispatches[number];
    const KernelFacts& kernel = plan.kernels.at(dispatch.kernel);
    const Bound bound = bound_of(profile.roofs, dispatch.work);
    ordered_json args{{"plan", plan.name},
                      {"dispatch", number},
                      {"op", dispatch.op},
                      {"name", dispatch.name},
                      {"kernel", kernel.name},
                      {"shape", dispatch.shape},
                      {"constants", kernel.constants},
                      {"grid", dispatch.grid}};
    if (seconds > 0) {
        args["GFLOP/s"] = dispatch.work.flops / seconds / 1e9;
        args["GB/s"] = dispatch.work.bytes / seconds / 1e9;
        args["percent of the roof"] = 100 * bound.seconds / seconds;
    }
    args["bound"] = to_string(bound.limit);
    return args;
}

// What is needed while each dispatch runs.
std::vector<uint64_t> scratch_needed(const PlanSamples& plan) {
    std::vector<uint64_t> out(plan.dispatches.size());
    for (const TensorSpan& tensor : plan.tensors) {
        for (size_t i = tensor.first; tensor.arena == "scratch" && i <= tensor.last && i < out.size(); ++i) {
            out[i] += tensor.bytes;
        }
    }
    return out;
}

// The tracks of the device, by what they show and whose clock that is.
struct DeviceTracks {
    std::vector<Slice> submits, dispatches, host_runs, host_dispatches;
};

void add_concurrent(const PlanSamples& plan, const RunSample& run, DeviceTracks& tracks) {
    for (size_t i = 0; i < run.device.size(); ++i) {
        const std::string part = run.device.size() == 1 ? "" : text(", submit ", i + 1, " of ", run.device.size());
        tracks.submits.push_back(slice(run.device[i], plan.name + part, {{"dispatches", plan.dispatches.size()}}));
    }
    if (run.device.empty()) {
        tracks.host_runs.push_back(slice(run.host, plan.name, {{"dispatches", plan.dispatches.size()}}));
    }
}

// `number`: of the plan's isolated runs.
void add_isolated(const Profile& profile, const PlanSamples& plan, const RunSample& run, size_t number, DeviceTracks& tracks) {
    for (size_t i = 0; i < run.dispatches.size(); ++i) {
        const std::vector<double>& seconds = plan.dispatches[i].seconds;
        const double took = number < seconds.size() ? seconds[number] : run.dispatches[i].seconds();
        (run.device.empty() ? tracks.host_dispatches : tracks.dispatches)
            .push_back(slice(run.dispatches[i], plan.dispatches[i].op, dispatch_args(profile, plan, i, took)));
    }
}

void add_device(const Profile& profile, Trace& trace) {
    trace.process(kDevice, text("device ", profile.device.name, profile.device.software ? " (a software device)" : ""));
    DeviceTracks tracks;
    std::map<int64_t, std::pair<double, uint64_t>> scratch;  // by time, so that events come in its order
    for (const PlanSamples& plan : profile.plans) {
        const std::vector<uint64_t> needed = scratch_needed(plan);
        size_t isolated = 0;
        for (const RunSample& run : plan.runs) {
            if (!run.isolated) {
                add_concurrent(plan, run, tracks);
                continue;
            }
            add_isolated(profile, plan, run, isolated++, tracks);
            for (size_t i = 0; i < run.dispatches.size(); ++i) {
                const Interval& time = run.dispatches[i];
                scratch[nanoseconds(time.begin)] = {time.begin, needed[i]};
                scratch.try_emplace(nanoseconds(time.end), time.end, 0);
            }
        }
    }
    trace.track(kDevice, "concurrent submits", std::move(tracks.submits));
    trace.track(kDevice, "isolated dispatches", std::move(tracks.dispatches));
    trace.track(kDevice, "concurrent runs, by the host's clock", std::move(tracks.host_runs));
    trace.track(kDevice, "isolated dispatches, by the host's clock", std::move(tracks.host_dispatches));
    if (profile.device_bytes > 0) {
        trace.count("device memory at most", 0, profile.device_bytes);
    }
    for (const auto& [at, sample] : scratch) {
        trace.count("scratch needed", sample.first, sample.second);
    }
}

}  // namespace

std::string to_trace(const Profile& profile) {
    Trace trace;
    add_host(profile, trace);
    add_device(profile, trace);
    return trace.written({{"heed", profile.version},
                          {"subject", profile.subject},
                          {"started", profile.started},
                          {"device", profile.device.name},
                          {"driver", profile.device.driver},
                          {"device's clock", profile.device.clock},
                          {"interrupted", profile.interrupted},
                          {"notes", profile.notes}});
}

}  // namespace heed::profile
