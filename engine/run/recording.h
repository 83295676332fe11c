#pragma once

#include <vector>

#include "plan/plan.h"
#include "run/memory.h"
#include "run/segments.h"
#include "vk/command.h"
#include "vk/descriptors.h"
#include "vk/queue.h"
#include "vk/timestamps.h"

namespace heed {

struct RecordingOptions {
    std::vector<Segment> segments;
    bool timestamps = false;  // one before the first step and one after each; steps no longer overlap then
    Progress progress;        // pipelines made, of all
};

// A plan as command buffers, made once and submitted as often as wanted.
class Recording {
public:
    Recording(vk::Context& context, const Plan& plan, const SessionMemory& memory, const RecordingOptions& options);

    void start();                              // submits every segment
    void wait();                               // until all have finished; throws device_lost
    std::vector<double> step_seconds() const;  // of the last run; empty without timestamps

private:
    void record_inputs(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory);
    void record_steps(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory, const Segment& segment);
    void record_outputs(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory);

    vk::Context& context_;
    std::vector<const vk::ComputePipeline*> pipelines_;  // by step
    vk::Descriptors descriptors_;
    vk::Timestamps timestamps_;
    std::vector<vk::CommandBuffer> commands_;
    std::vector<vk::Fence> fences_;
    size_t indirect_recorded_ = 0;
};

}  // namespace heed
