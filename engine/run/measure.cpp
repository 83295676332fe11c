#include "run/measure.h"

#include <ctime>

#include "base/error.h"
#include "base/text.h"
#include "run/pace.h"
#include "run/roofs.h"

namespace heed {
namespace {

profile::DeviceFacts facts_of(const Caps& caps, const profile::Recorder& recorder) {
    return {.name = caps.device_name,
            .driver = caps.driver_name + " " + caps.driver_info,
            .uuid = caps.uuid,
            .type = std::string(to_string(caps.type)),
            .subgroup_size = caps.subgroup_size,
            .software = caps.type == DeviceType::cpu,
            .timestamps = caps.timestamp_bits > 0,
            .tick_seconds = caps.timestamp_bits > 0 ? caps.timestamp_ns * 1e-9 : 1e-9,
            .clock = recorder.clock(),
            .clock_deviation = recorder.clock_deviation()};
}

// Once, for the hardware's counters. That there are none, or another program has the right to them, is worth a note, and no more.
void count(const Caps& caps, profile::Recorder& recorder, const std::function<void()>& once, profile::Profile& out) {
    if (!caps.performance_query) {
        out.notes.push_back(text("no hardware counters: ", caps.driver_name, " has no VK_KHR_performance_query"));
        return;
    }
    recorder.count(true);
    try {
        const profile::Scope scope(&recorder, "counters");
        once();
    } catch (const Error& error) {
        if (error.kind != ErrorKind::unsupported) {
            throw;
        }
        out.notes.push_back(text("no hardware counters: ", error.what()));
    }
    recorder.count(false);
}

std::string now_in_words() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char out[32];
    std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return out;
}

}  // namespace

profile::Profile measure(Device& device, profile::Recorder& recorder, const std::function<void()>& once, const MeasureOptions& options) {
    profile::Profile out{.version = {}, .subject = options.subject, .started = now_in_words(), .device = {}};
    out.roofs = roofs_of(device, options.fresh_roofs);
    Pace pace(device, out.roofs);
    const auto stopped = [&] { return options.stop && options.stop(); };
    const int warm_up = 2 * options.warm_up, total = warm_up + 2 * options.rounds;
    for (int i = 0; i < total && !(out.interrupted = stopped()); ++i) {
        if (i == warm_up) {
            if (options.counters) {
                count(device.caps(), recorder, once, out);
            }
            recorder.forget_runs();
        }
        profile::Round round{.isolated = i % 2 == 1};
        recorder.isolate(round.isolated);
        round.host.begin = recorder.now();
        once();
        round.host.end = recorder.now();
        recorder.add_phase(i < warm_up ? "warm up" : round.isolated ? "isolated round" : "round", {}, round.host);
        if (i >= warm_up) {
            round.pace = pace.seconds();
            out.rounds.push_back(round);
        }
        if (options.progress) {
            options.progress(i + 1, total);
        }
    }
    recorder.isolate(false);
    out.device = facts_of(device.caps(), recorder);
    out.plans = recorder.plans();
    out.phases = recorder.phases();
    out.device_bytes = recorder.device_bytes();
    return out;
}

}  // namespace heed
