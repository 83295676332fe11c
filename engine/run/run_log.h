#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/plan.h"
#include "profile/recorder.h"
#include "run/recording.h"
#include "vk/device_clock.h"

namespace heed {

// What ties a Session to a Recorder: its plan is described there, and each of its runs is told.
class RunLog {
public:
    RunLog(profile::Recorder& recorder, vk::Context& context, const Plan& plan, std::string name, const Recording& recording);

    profile::Recorder& recorder() const { return recorder_; }
    profile::PlanSamples samples() const { return recorder_.plan(number_); }

    void counted(std::vector<std::vector<profile::Counter>> counters) { recorder_.set_counters(number_, std::move(counters)); }
    void begin(bool isolated);             // before anything of the run is done
    void submitted();                      // when all of it is with the driver
    void end(const Recording& recording);  // when it has finished

private:
    void add_device_times(const Recording& recording, std::vector<double>& seconds);
    void add_host_times(const Recording& recording, std::vector<double>& seconds);

    profile::Recorder& recorder_;
    vk::Context& context_;
    std::optional<vk::DeviceClock> clock_;  // none without timestamps
    double calibrated_ = -1;                // when the clock was, on the Recorder's
    std::string name_;
    size_t number_ = 0;
    profile::RunSample run_;
};

}  // namespace heed
