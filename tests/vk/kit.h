#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vk/command.h"
#include "vk/context.h"
#include "vk/descriptors.h"
#include "vk/pipeline.h"

namespace heed::tests {

vk::PipelineDesc scale_desc(uint32_t add = 1);  // kernels/scale.comp: b = a * factor + add
vk::PipelineDesc past_end_desc();               // kernels/past_end.comp: a[index] = 1
vk::PipelineDesc mirror_desc(bool barrier);     // kernels/mirror.comp: through shared memory
vk::PipelineDesc say_desc();                    // kernels/say.comp: a word of its own

// Records the scaling of `count` words; the set holds a and b.
void record_scale(vk::CommandBuffer& commands, const vk::ComputePipeline& pipeline, const vk::DescriptorSet& set, uint32_t count,
                  uint32_t factor);

void run(vk::Context& context, const vk::CommandBuffer& commands);  // submits and waits

std::vector<uint32_t> iota(size_t count);  // 0, 1, 2...

}  // namespace heed::tests
