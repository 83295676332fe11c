#include "vk/command.h"

#include <bit>
#include <string>

#include "base/error.h"
#include "vk/buffer.h"
#include "vk/handles.h"
#include "vk/instance.h"
#include "vk/instance_table.h"
#include "vk/pipeline.h"
#include "vk/queue.h"
#include "vk/result.h"
#include "vk/timestamps.h"

namespace heed::vk {

namespace {

struct Side {
    Access access;
    VkPipelineStageFlags stage;
    VkAccessFlags reads, writes;
};
constexpr Side kSides[] = {
    {Access::compute, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_READ_BIT, VK_ACCESS_SHADER_WRITE_BIT},
    {Access::indirect, VK_PIPELINE_STAGE_DRAW_INDIRECT_BIT, VK_ACCESS_INDIRECT_COMMAND_READ_BIT, 0},
    {Access::transfer, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_READ_BIT, VK_ACCESS_TRANSFER_WRITE_BIT},
    {Access::host, VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT, VK_ACCESS_HOST_WRITE_BIT},
};

// All that a set of accesses comes to.
Side combine(Access set) {
    Side sum{.access = set, .stage = 0, .reads = 0, .writes = 0};
    for (const Side& side : kSides) {
        if ((static_cast<uint32_t>(set) & static_cast<uint32_t>(side.access)) != 0) {
            sum.stage |= side.stage;
            sum.reads |= side.reads;
            sum.writes |= side.writes;
        }
    }
    return sum;
}

}  // namespace

CommandBuffer::CommandBuffer(Context& context, std::string_view name) : context_(&context) {
    const VkCommandPoolCreateInfo pool_info{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                            .queueFamilyIndex = context.queue().family()};
    context.begin_creation(name);
    VkCommandPool pool = VK_NULL_HANDLE;
    check(context, context.api().vkCreateCommandPool(context.handle(), &pool_info, nullptr, &pool), "vkCreateCommandPool", name);
    pool_ = Owned<VkCommandPool_T>(context, pool);
    const VkCommandBufferAllocateInfo info{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                           .commandPool = pool,
                                           .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                           .commandBufferCount = 1};
    context.begin_creation(name);
    check(context, context.api().vkAllocateCommandBuffers(context.handle(), &info, &handle_), "vkAllocateCommandBuffers", name);
    context.name(reinterpret_cast<uint64_t>(handle_), VK_OBJECT_TYPE_COMMAND_BUFFER, name);
}

void CommandBuffer::begin() {
    check(*context_, context_->api().vkResetCommandPool(context_->handle(), pool_.get(), 0), "vkResetCommandPool", "commands");
    const VkCommandBufferBeginInfo info{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    check(*context_, context_->api().vkBeginCommandBuffer(handle_, &info), "vkBeginCommandBuffer", "commands");
    bound_ = nullptr;
    recorded_ = 0;
}

void CommandBuffer::end() {
    check(*context_, context_->api().vkEndCommandBuffer(handle_), "vkEndCommandBuffer", "commands");
}

void CommandBuffer::bind(const ComputePipeline& pipeline) {
    bound_ = &pipeline;
    ++recorded_;
    context_->api().vkCmdBindPipeline(handle_, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle());
}

void CommandBuffer::bind(const DescriptorSet& set) {
    ensure(bound_ && bound_->bindings() == set.bindings, bound_ ? bound_->name() : "no pipeline", ": takes ",
           bound_ ? bound_->bindings() : 0, " bindings, got a set of ", set.bindings);
    ++recorded_;
    context_->api().vkCmdBindDescriptorSets(handle_, VK_PIPELINE_BIND_POINT_COMPUTE, bound_->layout(), 0, 1, &set.handle, 0, nullptr);
}

void CommandBuffer::push(std::span<const std::byte> constants) {
    ensure(bound_ && bound_->push_bytes() == constants.size(), bound_ ? bound_->name() : "no pipeline", ": takes ",
           bound_ ? bound_->push_bytes() : 0, " push bytes, got ", constants.size());
    if (!constants.empty()) {
        ++recorded_;
        context_->api().vkCmdPushConstants(handle_, bound_->layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0,
                                           static_cast<uint32_t>(constants.size()), constants.data());
    }
}

void CommandBuffer::dispatch(uint32_t x, uint32_t y, uint32_t z) {
    const auto& most = context_->caps().max_workgroup_count;
    ensure(bound_ && x <= most[0] && y <= most[1] && z <= most[2], bound_ ? bound_->name() : "no pipeline", ": a grid of ", x, " x ", y,
           " x ", z, " workgroups, the device takes ", most[0], " x ", most[1], " x ", most[2]);
    ++recorded_;
    context_->api().vkCmdDispatch(handle_, x, y, z);
}

void CommandBuffer::dispatch_indirect(const Buffer& counts, uint64_t offset) {
    ensure(offset % 4 == 0 && offset + 12 <= counts.size(), counts.name(), ": no three counts at offset ", offset, " of ", counts.size(),
           " bytes");
    ++recorded_;
    context_->api().vkCmdDispatchIndirect(handle_, counts.handle(), offset);
}

void CommandBuffer::barrier(Access before, Access after) {
    const Side from = combine(before), to = combine(after);
    const VkMemoryBarrier memory{
        .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER, .srcAccessMask = from.writes, .dstAccessMask = to.reads | to.writes};
    ++recorded_;
    context_->api().vkCmdPipelineBarrier(handle_, from.stage, to.stage, 0, 1, &memory, 0, nullptr, 0, nullptr);
}

void CommandBuffer::copy(const Buffer& from, const Buffer& to, std::span<const CopyRegion> regions) {
    static_assert(sizeof(CopyRegion) == sizeof(VkBufferCopy));
    for (const CopyRegion& r : regions) {
        ensure(r.bytes > 0 && r.from + r.bytes <= from.size() && r.to + r.bytes <= to.size(), "copy of ", r.bytes, " bytes from ",
               from.name(), " at ", r.from, " of ", from.size(), " to ", to.name(), " at ", r.to, " of ", to.size());
    }
    ++recorded_;
    context_->api().vkCmdCopyBuffer(handle_, from.handle(), to.handle(), static_cast<uint32_t>(regions.size()),
                                    reinterpret_cast<const VkBufferCopy*>(regions.data()));
}

void CommandBuffer::fill(const Buffer& buffer, uint64_t offset, uint64_t bytes, uint32_t word) {
    ensure(offset % 4 == 0 && bytes % 4 == 0 && bytes > 0 && offset + bytes <= buffer.size(), "fill of ", bytes, " bytes at ", offset,
           " of ", buffer.name(), " with ", buffer.size(), ": both must be multiples of 4 and inside");
    ++recorded_;
    context_->api().vkCmdFillBuffer(handle_, buffer.handle(), offset, bytes, word);
}

void CommandBuffer::reset(const Timestamps& timestamps) {
    ++recorded_;
    context_->api().vkCmdResetQueryPool(handle_, timestamps.handle(), 0, timestamps.count());
}

void CommandBuffer::write(const Timestamps& timestamps, uint32_t index) {
    ensure(index < timestamps.count(), "timestamp ", index, " of ", timestamps.count());
    ++recorded_;
    context_->api().vkCmdWriteTimestamp(handle_, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, timestamps.handle(), index);
}

void CommandBuffer::begin_label(std::string_view label) {
    if (context_->instance().debug_utils()) {
        const std::string text(label);
        const VkDebugUtilsLabelEXT info{.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT, .pLabelName = text.c_str()};
        context_->instance().api().begin_label(handle_, &info);
    }
}

void CommandBuffer::end_label() {
    if (context_->instance().debug_utils()) {
        context_->instance().api().end_label(handle_);
    }
}

}  // namespace heed::vk
