#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vk/command.h"
#include "vk/context.h"
#include "vk/descriptors.h"
#include "vk/pipeline.h"
#include "vk/queue.h"
#include "vk/timestamps.h"

namespace heed {

// A kernel that measures the device and computes nothing: recorded for an amount of work and timed by the host. One thread at a time.
class TimedKernel {
public:
    TimedKernel(vk::Context& context, const char* kernel, uint32_t workgroup, std::span<const vk::Binding> bindings);

    // `dispatches` times the same, a barrier and, where there are timestamps, one of them behind each.
    template <typename Params>
    void record(const Params& params, uint32_t groups, uint32_t dispatches, const vk::Timestamps* timestamps = nullptr) {
        record(std::as_bytes(std::span(&params, 1)), groups, dispatches, timestamps);
    }
    double seconds();  // of a submit of what was recorded, until the host knows that it is done

private:
    void record(std::span<const std::byte> push, uint32_t groups, uint32_t dispatches, const vk::Timestamps* timestamps);

    vk::Context& context_;
    const vk::ComputePipeline& pipeline_;
    vk::Descriptors descriptors_;
    vk::DescriptorSet set_;
    vk::CommandBuffer commands_;
    vk::Fence fence_;
};

}  // namespace heed
