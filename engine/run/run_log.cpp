#include "run/run_log.h"

#include <utility>

#include "run/plan_samples.h"
#include "vk/context.h"
#include "vk/pipeline.h"

namespace heed {
namespace {

// The driver's facts on each kernel, from the pipelines of the steps that run it.
void add_executables(profile::PlanSamples& samples, const Recording& recording) {
    for (size_t i = 0; i < samples.dispatches.size(); ++i) {
        profile::KernelFacts& facts = samples.kernels[samples.dispatches[i].kernel];
        if (facts.executables.empty()) {
            facts.executables = recording.pipelines()[i]->executables();
        }
    }
}

}  // namespace

RunLog::RunLog(profile::Recorder& recorder, vk::Context& context, const Plan& plan, std::string name, const Recording& recording)
    : recorder_(recorder), context_(context), name_(std::move(name)) {
    if (context.caps().timestamp_bits > 0) {
        clock_.emplace(context);
    }
    profile::PlanSamples samples = describe(plan, name_);
    samples.submits = static_cast<uint32_t>(recording.submits());
    add_executables(samples, recording);
    number_ = recorder.add_plan(std::move(samples));
    recorder.saw_device_bytes(context.memory_in_use());
}

void RunLog::begin(bool isolated) {
    constexpr double kSoon = 0.25;  // clocks drift apart by microseconds a second at most
    if (clock_ && recorder_.now() - calibrated_ > kSoon) {
        clock_->calibrate();
        recorder_.saw_clock(std::string(clock_->method()), clock_->deviation_seconds());
        calibrated_ = recorder_.now();
    }
    run_ = {.isolated = isolated, .host = {.begin = recorder_.now(), .end = 0}};
}

void RunLog::submitted() {
    run_.submitted = recorder_.now();
    recorder_.add_phase("submit", name_, {.begin = run_.host.begin, .end = run_.submitted});
}

void RunLog::end(const Recording& recording) {
    run_.host.end = recorder_.now();
    recorder_.add_phase("wait", name_, {.begin = run_.submitted, .end = run_.host.end});
    std::vector<double> seconds;
    clock_ ? add_device_times(recording, seconds) : add_host_times(recording, seconds);
    recorder_.add_run(number_, std::move(run_), seconds);
    recorder_.saw_device_bytes(context_.memory_in_use());
}

void RunLog::add_device_times(const Recording& recording, std::vector<double>& seconds) {
    for (const std::vector<uint64_t>& ticks : recording.ticks()) {
        const auto at = [&](uint64_t tick) { return recorder_.at(clock_->at(tick)); };
        run_.device.push_back({.begin = at(ticks.front()), .end = at(ticks.back())});
        for (size_t i = 1; run_.isolated && i < ticks.size(); ++i) {
            run_.dispatches.push_back({.begin = at(ticks[i - 1]), .end = at(ticks[i])});
            seconds.push_back(run_.dispatches.back().seconds());
        }
    }
}

void RunLog::add_host_times(const Recording& recording, std::vector<double>& seconds) {
    for (const auto& [begin, end] : recording.host_times()) {
        run_.dispatches.push_back({.begin = recorder_.at(begin), .end = recorder_.at(end)});
        seconds.push_back(run_.dispatches.back().seconds());
    }
}

}  // namespace heed
