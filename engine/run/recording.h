#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "plan/plan.h"
#include "profile/recorder.h"
#include "run/memory.h"
#include "run/segments.h"
#include "vk/command.h"
#include "vk/descriptors.h"
#include "vk/performance.h"
#include "vk/queue.h"
#include "vk/timestamps.h"

namespace heed {

// What a recording measures of itself.
enum class Timing : uint8_t {
    none,
    submits,     // a timestamp before and after the steps of each submit
    dispatches,  // a barrier and a timestamp around every dispatch; without timestamps each is a submit of its own, timed by the host
    counters,    // a barrier and the device's counters around every dispatch; all is run as often as that takes
};

struct RecordingOptions {
    std::vector<Segment> segments;
    Timing timing = Timing::none;
    Progress progress;                      // pipelines made, of all
    profile::Recorder* recorder = nullptr;  // told how long that and the recording took
};

// A plan as command buffers, made once and submitted as often as wanted.
class Recording {
public:
    Recording(vk::Context& context, const Plan& plan, const SessionMemory& memory, const RecordingOptions& options);

    void start();             // submits every segment; with dispatches timed by the host, and with counters, it also waits
    void wait();              // until all have finished; throws device_lost
    size_t commands() const;  // recorded, in all submits
    size_t submits() const { return commands_.size(); }
    const std::vector<const vk::ComputePipeline*>& pipelines() const { return pipelines_; }  // by step

    // Of the last run, by submit: the device's clock before its first step and after the last, or after each. Empty without timestamps.
    std::vector<std::vector<uint64_t>> ticks() const;
    // Of the last run, by step: the host's clock around each. Empty with timestamps, and unless dispatches are timed.
    using HostTime = std::chrono::steady_clock::time_point;
    const std::vector<std::pair<HostTime, HostTime>>& host_times() const { return host_times_; }

    // Of the last run, by step. Empty unless counters are taken.
    std::vector<std::vector<profile::Counter>> counters() const;

private:
    void prepare_timestamps(const std::vector<Segment>& segments);
    void prepare_counters(size_t steps);
    void make_pipelines(const Plan& plan, const RecordingOptions& options);
    void record(const Plan& plan, const SessionMemory& memory, const std::vector<Segment>& segments);
    void record_inputs(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory);
    void record_steps(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory, const Segment& segment);
    void record_outputs(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory);
    void record_time(vk::CommandBuffer& commands);

    vk::Context& context_;
    Timing timing_;
    std::vector<const vk::ComputePipeline*> pipelines_;  // by step
    vk::Descriptors descriptors_;
    vk::Timestamps timestamps_;
    std::vector<uint32_t> points_;           // timestamps, by submit
    std::optional<vk::ProfilingLock> lock_;  // held while counters are recorded and taken
    std::vector<vk::CounterInfo> counted_;   // what the queries count
    vk::PerformanceQueries queries_;         // by step
    std::vector<vk::CommandBuffer> commands_;
    std::vector<vk::Fence> fences_;
    std::vector<std::pair<HostTime, HostTime>> host_times_;
    uint32_t timestamps_recorded_ = 0;
    size_t indirect_recorded_ = 0;
};

}  // namespace heed
