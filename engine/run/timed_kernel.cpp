#include "run/timed_kernel.h"

#include <chrono>

#include "base/error.h"
#include "base/kernel.h"
#include "vk/pipelines.h"

namespace heed {
namespace {

const vk::ComputePipeline& pipeline_of(vk::Context& context, const char* name, uint32_t workgroup) {
    const Kernel* kernel = find_kernel(name);
    ensure(kernel != nullptr, "roofs: no kernel ", name, " was built");
    return context.pipelines().get({.name = name,
                                    .spirv = kernel->spirv,
                                    .constants = {workgroup},
                                    .bindings = kernel->binding_count,
                                    .push_bytes = kernel->push_bytes});
}

}  // namespace

TimedKernel::TimedKernel(vk::Context& context, const char* kernel, uint32_t workgroup, std::span<const vk::Binding> bindings)
    : context_(context),
      pipeline_(pipeline_of(context, kernel, workgroup)),
      descriptors_(context),
      set_(descriptors_.add(bindings)),
      commands_(context, kernel),
      fence_(context) {}

void TimedKernel::record(std::span<const std::byte> push, uint32_t groups, uint32_t dispatches, const vk::Timestamps* timestamps) {
    commands_.begin();
    if (timestamps != nullptr) {
        commands_.reset(*timestamps);
    }
    commands_.bind(pipeline_);
    commands_.bind(set_);
    commands_.push(push);
    for (uint32_t i = 0; i < dispatches; ++i) {
        commands_.dispatch(groups, 1, 1);
        commands_.barrier();
        if (timestamps != nullptr) {
            commands_.write(*timestamps, i);
        }
    }
    commands_.end();
}

double TimedKernel::seconds() {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    context_.queue().submit(commands_, fence_);
    fence_.wait();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace heed
