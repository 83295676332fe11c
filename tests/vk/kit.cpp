#include "vk/kit.h"

#include <array>
#include <numeric>

#include "test_kernels/mirror.h"
#include "test_kernels/past_end.h"
#include "test_kernels/say.h"
#include "test_kernels/scale.h"
#include "vk/queue.h"

namespace heed::tests {

namespace {

constexpr uint32_t kInvocations = 64;

}  // namespace

vk::PipelineDesc scale_desc(uint32_t add) {
    return {.name = "scale", .spirv = kScale, .constants = {kInvocations, add}, .bindings = 2, .push_bytes = 8};
}

vk::PipelineDesc past_end_desc() {
    return {.name = "past_end", .spirv = kPastEnd, .bindings = 1, .push_bytes = 4};
}

vk::PipelineDesc mirror_desc(bool barrier) {
    return {.name = "mirror", .spirv = kMirror, .constants = {barrier ? 1u : 0u}, .bindings = 1};
}

vk::PipelineDesc say_desc() {
    return {.name = "say", .spirv = kSay, .bindings = 1, .push_bytes = 4};
}

void record_scale(vk::CommandBuffer& commands, const vk::ComputePipeline& pipeline, const vk::DescriptorSet& set, uint32_t count,
                  uint32_t factor) {
    const std::array<uint32_t, 2> push{count, factor};
    commands.bind(pipeline);
    commands.bind(set);
    commands.push(std::as_bytes(std::span(push)));
    commands.dispatch((count + kInvocations - 1) / kInvocations, 1, 1);
}

void run(vk::Context& context, const vk::CommandBuffer& commands) {
    vk::Fence fence(context);
    context.queue().submit(commands, fence);
    fence.wait();
}

std::vector<uint32_t> iota(size_t count) {
    std::vector<uint32_t> out(count);
    std::iota(out.begin(), out.end(), 0u);
    return out;
}

}  // namespace heed::tests
