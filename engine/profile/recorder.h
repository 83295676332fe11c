#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.h"

namespace heed::profile {

// One clock and one log for everything that is measured together: Sessions that are given it report to it, and so may whoever
// uses them. Thread-safe; must outlive the Sessions.
class Recorder {
public:
    Recorder() = default;
    Recorder(const Recorder&) = delete;

    double now() const;                                            // seconds since it was made
    double at(std::chrono::steady_clock::time_point point) const;  // the same for another point in time

    // How Sessions run from now on: as in production, or with a barrier around each dispatch.
    void isolate(bool on);
    bool isolated() const;

    // Whether Sessions also take the device's hardware counters, dispatch by dispatch, before each run from now on.
    void count(bool on);
    bool counting() const;

    void add_phase(std::string name, std::string detail, Interval time);
    size_t add_plan(PlanSamples plan);  // its number; that of the plan before when this is the same one, built again
    // `seconds`: by dispatch, of an isolated run.
    void add_run(size_t plan, RunSample run, std::span<const double> seconds);
    void set_counters(size_t plan, std::vector<std::vector<Counter>> counters);  // by dispatch
    void forget_runs();                                                          // of all plans, as after a warm-up; plans and phases stay
    void saw_device_bytes(uint64_t bytes);
    void saw_clock(std::string method, double deviation);  // how the device's clock is laid on the host's

    PlanSamples plan(size_t number) const;
    std::vector<PlanSamples> plans() const;
    std::vector<Phase> phases() const;
    uint64_t device_bytes() const;   // the most that was seen
    std::string clock() const;       // "none" when no device's clock was
    double clock_deviation() const;  // the most that was seen

private:
    const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    mutable std::mutex mutex_;
    bool isolated_ = false, counting_ = false;
    std::vector<PlanSamples> plans_;
    std::vector<Phase> phases_;
    uint64_t device_bytes_ = 0;
    std::string clock_ = "none";
    double clock_deviation_ = 0;
};

// Tells a Recorder, if there is one, how long a scope took.
class Scope {
public:
    Scope(Recorder* recorder, std::string_view name, std::string_view detail = {});
    Scope(const Scope&) = delete;
    ~Scope();

private:
    Recorder* recorder_;
    std::string name_, detail_;
    double begin_ = 0;
};

}  // namespace heed::profile
