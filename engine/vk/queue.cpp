#include "vk/queue.h"

#include <vector>

#include "base/error.h"
#include "vk/command.h"
#include "vk/handles.h"
#include "vk/result.h"

namespace heed::vk {

Fence::Fence(Context& context) : context_(&context) {
    context.begin_creation("fence");
    const VkFenceCreateInfo info{.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
    VkFence handle = VK_NULL_HANDLE;
    check(context, context.api().vkCreateFence(context.handle(), &info, nullptr, &handle), "vkCreateFence", "fence");
    handle_ = Owned<VkFence_T>(context, handle);
}

Fence::Fence(Fence&& other) noexcept
    : context_(other.context_), handle_(std::move(other.handle_)), pending_(std::exchange(other.pending_, false)) {}

Fence& Fence::operator=(Fence&& other) noexcept {
    if (this != &other) {
        settle();
        context_ = other.context_;
        handle_ = std::move(other.handle_);
        pending_ = std::exchange(other.pending_, false);
    }
    return *this;
}

Fence::~Fence() {
    settle();
}

void Fence::settle() noexcept {
    if (std::exchange(pending_, false)) {
        VkFence fence = handle_.get();
        context_->api().vkWaitForFences(context_->handle(), 1, &fence, VK_TRUE, UINT64_MAX);
    }
}

void Fence::wait() {
    if (std::exchange(pending_, false)) {
        VkFence fence = handle_.get();
        const VkResult result = context_->api().vkWaitForFences(context_->handle(), 1, &fence, VK_TRUE, UINT64_MAX);
        check(*context_, result, "vkWaitForFences", "wait");
    }
}

bool Fence::done() {
    if (!pending_) {
        return true;
    }
    const VkResult result = context_->api().vkGetFenceStatus(context_->handle(), handle_.get());
    if (result == VK_NOT_READY) {
        return false;
    }
    pending_ = false;
    check(*context_, result, "vkGetFenceStatus", "wait");
    return true;
}

Queue::Queue(Context& context, uint32_t family) : context_(context), family_(family) {
    context.api().vkGetDeviceQueue(context.handle(), family, 0, &handle_);
}

void Queue::submit(const CommandBuffer& commands, Fence& fence) {
    const CommandBuffer* one = &commands;
    submit(std::span(&one, 1), fence);
}

void Queue::submit(std::span<const CommandBuffer* const> commands, Fence& fence, std::optional<uint32_t> counter_pass) {
    ensure(!fence.pending_, "submit: the fence still waits for an earlier submit");
    if (context_.faults().submit_fails()) {
        context_.mark_lost();
    }
    if (context_.lost()) {
        fail(ErrorKind::device_lost, "submit: ", context_.caps().device_name, " was lost; a new session on it works");
    }
    std::vector<VkCommandBuffer> handles;
    for (const CommandBuffer* command : commands) {
        handles.push_back(command->handle());
    }
    VkFence handle = fence.handle_.get();
    check(context_, context_.api().vkResetFences(context_.handle(), 1, &handle), "vkResetFences", "submit");
    const VkPerformanceQuerySubmitInfoKHR counting{.sType = VK_STRUCTURE_TYPE_PERFORMANCE_QUERY_SUBMIT_INFO_KHR,
                                                   .counterPassIndex = counter_pass.value_or(0)};
    const VkSubmitInfo info{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
                            .pNext = counter_pass ? &counting : nullptr,
                            .commandBufferCount = static_cast<uint32_t>(handles.size()),
                            .pCommandBuffers = handles.data()};
    const std::lock_guard lock(mutex_);
    check(context_, context_.api().vkQueueSubmit(handle_, 1, &info, handle), "vkQueueSubmit", "submit");
    fence.pending_ = true;
}

}  // namespace heed::vk
