#include "vk/descriptors.h"

#include <algorithm>

#include "base/error.h"
#include "vk/buffer.h"
#include "vk/handles.h"
#include "vk/layouts.h"
#include "vk/result.h"

namespace heed::vk {

namespace {

VkDescriptorBufferInfo window(const Caps& caps, const Binding& binding, size_t index) {
    ensure(binding.buffer && *binding.buffer, "binding ", index, ": there is no buffer");
    const Buffer& buffer = *binding.buffer;
    ensure(binding.offset < buffer.size(), "binding ", index, ": offset ", binding.offset, " lies past ", buffer.name(), " of ",
           buffer.size(), " bytes");
    const uint64_t left = buffer.size() - binding.offset;
    const uint64_t size = binding.size == 0 ? left : binding.size;
    ensure(size <= left, "binding ", index, ": ", size, " bytes from ", binding.offset, " end past ", buffer.name(), " of ", buffer.size());
    ensure(binding.offset % caps.storage_alignment == 0, "binding ", index, ": offset ", binding.offset, " into ", buffer.name(),
           " is not a multiple of ", caps.storage_alignment);
    if (size > caps.max_binding_range) {
        fail(ErrorKind::unsupported, buffer.name(), ": a kernel needs to see ", size_text(size), " at once, ", caps.device_name,
             " shows at most ", size_text(caps.max_binding_range));
    }
    return {.buffer = buffer.handle(), .offset = binding.offset, .range = size};
}

}  // namespace

DescriptorSet Descriptors::add(std::span<const Binding> bindings) {
    const auto count = static_cast<uint32_t>(bindings.size());
    std::vector<VkDescriptorBufferInfo> windows;
    for (size_t i = 0; i < bindings.size(); ++i) {
        windows.push_back(window(context_->caps(), bindings[i], i));
    }
    if (sets_left_ == 0 || bindings_left_ < count) {
        grow(count);
    }
    VkDescriptorSetLayout layout = context_->layouts().set(count);
    const VkDescriptorSetAllocateInfo info{.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
                                           .descriptorPool = pools_.back().get(),
                                           .descriptorSetCount = 1,
                                           .pSetLayouts = &layout};
    context_->begin_creation("descriptor set");
    VkDescriptorSet set = VK_NULL_HANDLE;
    check(*context_, context_->api().vkAllocateDescriptorSets(context_->handle(), &info, &set), "vkAllocateDescriptorSets",
          "descriptor set");
    --sets_left_;
    bindings_left_ -= count;

    std::vector<VkWriteDescriptorSet> writes(count);
    for (uint32_t i = 0; i < count; ++i) {
        writes[i] = {.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
                     .dstSet = set,
                     .dstBinding = i,
                     .descriptorCount = 1,
                     .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                     .pBufferInfo = &windows[i]};
    }
    context_->api().vkUpdateDescriptorSets(context_->handle(), count, writes.data(), 0, nullptr);
    return {.handle = set, .bindings = count};
}

void Descriptors::grow(uint32_t bindings) {
    const uint32_t descriptors = std::max(kSetsPerPool * 8, bindings);
    const VkDescriptorPoolSize size{.type = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, .descriptorCount = descriptors};
    const VkDescriptorPoolCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO, .maxSets = kSetsPerPool, .poolSizeCount = 1, .pPoolSizes = &size};
    context_->begin_creation("descriptor pool");
    VkDescriptorPool pool = VK_NULL_HANDLE;
    check(*context_, context_->api().vkCreateDescriptorPool(context_->handle(), &info, nullptr, &pool), "vkCreateDescriptorPool",
          "descriptor pool");
    pools_.emplace_back(*context_, pool);
    sets_left_ = kSetsPerPool;
    bindings_left_ = descriptors;
}

}  // namespace heed::vk
