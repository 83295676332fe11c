#include "profile/recorder.h"

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

#include "base/error.h"

namespace heed::profile {
namespace {

bool same_dispatch(const DispatchSamples& a, const DispatchSamples& b) {
    return a.op == b.op && a.name == b.name && a.shape == b.shape && a.kernel == b.kernel && a.grid == b.grid;
}

bool same_plan(const PlanSamples& a, const PlanSamples& b) {
    const auto same_kernel = [](const KernelFacts& x, const KernelFacts& y) { return x.name == y.name && x.constants == y.constants; };
    return a.name == b.name && std::ranges::equal(a.kernels, b.kernels, same_kernel) &&
           std::ranges::equal(a.dispatches, b.dispatches, same_dispatch);
}

}  // namespace

double Recorder::now() const {
    return at(std::chrono::steady_clock::now());
}

double Recorder::at(std::chrono::steady_clock::time_point point) const {
    return std::chrono::duration<double>(point - start_).count();
}

void Recorder::isolate(bool on) {
    const std::lock_guard lock(mutex_);
    isolated_ = on;
}

bool Recorder::isolated() const {
    const std::lock_guard lock(mutex_);
    return isolated_;
}

void Recorder::count(bool on) {
    const std::lock_guard lock(mutex_);
    counting_ = on;
}

bool Recorder::counting() const {
    const std::lock_guard lock(mutex_);
    return counting_;
}

void Recorder::add_phase(std::string name, std::string detail, Interval time) {
    const auto thread = static_cast<uint32_t>(std::hash<std::thread::id>{}(std::this_thread::get_id()));
    const std::lock_guard lock(mutex_);
    phases_.push_back({.name = std::move(name), .detail = std::move(detail), .time = time, .thread = thread});
}

size_t Recorder::add_plan(PlanSamples plan) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find_if(plans_, [&](const PlanSamples& other) { return same_plan(plan, other); });
    if (known != plans_.end()) {
        return static_cast<size_t>(known - plans_.begin());
    }
    plans_.push_back(std::move(plan));
    return plans_.size() - 1;
}

void Recorder::add_run(size_t plan, RunSample run, std::span<const double> seconds) {
    const std::lock_guard lock(mutex_);
    PlanSamples& samples = plans_.at(plan);
    ensure(seconds.empty() || seconds.size() == samples.dispatches.size(), "profile: plan ", samples.name, " has ",
           samples.dispatches.size(), " dispatches, got the times of ", seconds.size());
    for (size_t i = 0; i < seconds.size(); ++i) {
        samples.dispatches[i].seconds.push_back(seconds[i]);
    }
    samples.runs.push_back(std::move(run));
}

void Recorder::set_counters(size_t plan, std::vector<std::vector<Counter>> counters) {
    const std::lock_guard lock(mutex_);
    PlanSamples& samples = plans_.at(plan);
    ensure(counters.size() == samples.dispatches.size(), "profile: plan ", samples.name, " has ", samples.dispatches.size(),
           " dispatches, got the counters of ", counters.size());
    for (size_t i = 0; i < counters.size(); ++i) {
        samples.dispatches[i].counters = std::move(counters[i]);
    }
}

void Recorder::forget_runs() {
    const std::lock_guard lock(mutex_);
    for (PlanSamples& plan : plans_) {
        plan.runs.clear();
        for (DispatchSamples& dispatch : plan.dispatches) {
            dispatch.seconds.clear();
        }
    }
}

void Recorder::saw_device_bytes(uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    device_bytes_ = std::max(device_bytes_, bytes);
}

void Recorder::saw_clock(std::string method, double deviation) {
    const std::lock_guard lock(mutex_);
    clock_ = std::move(method);
    clock_deviation_ = std::max(clock_deviation_, deviation);
}

PlanSamples Recorder::plan(size_t number) const {
    const std::lock_guard lock(mutex_);
    return plans_.at(number);
}

std::vector<PlanSamples> Recorder::plans() const {
    const std::lock_guard lock(mutex_);
    return plans_;
}

std::vector<Phase> Recorder::phases() const {
    const std::lock_guard lock(mutex_);
    return phases_;
}

uint64_t Recorder::device_bytes() const {
    const std::lock_guard lock(mutex_);
    return device_bytes_;
}

std::string Recorder::clock() const {
    const std::lock_guard lock(mutex_);
    return clock_;
}

double Recorder::clock_deviation() const {
    const std::lock_guard lock(mutex_);
    return clock_deviation_;
}

Scope::Scope(Recorder* recorder, std::string_view name, std::string_view detail) : recorder_(recorder) {
    if (recorder_ != nullptr) {
        name_ = name;
        detail_ = detail;
        begin_ = recorder_->now();
    }
}

Scope::~Scope() {
    if (recorder_ != nullptr) {
        recorder_->add_phase(std::move(name_), std::move(detail_), {.begin = begin_, .end = recorder_->now()});
    }
}

}  // namespace heed::profile
