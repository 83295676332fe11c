#include "vk/layouts.h"

#include <vector>

#include "base/text.h"
#include "vk/handles.h"
#include "vk/result.h"

namespace heed::vk {

VkDescriptorSetLayout_T* Layouts::set(uint32_t bindings) {
    const std::lock_guard lock(mutex_);
    return make_set(bindings);
}

VkDescriptorSetLayout_T* Layouts::make_set(uint32_t bindings) {
    if (const auto found = sets_.find(bindings); found != sets_.end()) {
        return found->second.get();
    }
    const std::string what = text("layout of ", bindings, " bindings");
    context_.begin_creation(what);
    std::vector<VkDescriptorSetLayoutBinding> slots(bindings);
    for (uint32_t i = 0; i < bindings; ++i) {
        slots[i] = {.binding = i,
                    .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                    .descriptorCount = 1,
                    .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT};
    }
    const VkDescriptorSetLayoutCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO, .bindingCount = bindings, .pBindings = slots.data()};
    VkDescriptorSetLayout handle = VK_NULL_HANDLE;
    check(context_, context_.api().vkCreateDescriptorSetLayout(context_.handle(), &info, nullptr, &handle), "vkCreateDescriptorSetLayout",
          what);
    return sets_.emplace(bindings, Owned<VkDescriptorSetLayout_T>(context_, handle)).first->second.get();
}

VkPipelineLayout_T* Layouts::pipeline(uint32_t bindings, uint32_t push_bytes) {
    const std::lock_guard lock(mutex_);
    if (const auto found = pipelines_.find({bindings, push_bytes}); found != pipelines_.end()) {
        return found->second.get();
    }
    const std::string what = text("layout of ", bindings, " bindings and ", push_bytes, " push bytes");
    VkDescriptorSetLayout set = make_set(bindings);
    context_.begin_creation(what);
    const VkPushConstantRange range{.stageFlags = VK_SHADER_STAGE_COMPUTE_BIT, .offset = 0, .size = push_bytes};
    const VkPipelineLayoutCreateInfo info{.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                          .setLayoutCount = 1,
                                          .pSetLayouts = &set,
                                          .pushConstantRangeCount = push_bytes > 0 ? 1u : 0u,
                                          .pPushConstantRanges = &range};
    VkPipelineLayout handle = VK_NULL_HANDLE;
    check(context_, context_.api().vkCreatePipelineLayout(context_.handle(), &info, nullptr, &handle), "vkCreatePipelineLayout", what);
    return pipelines_.emplace(std::pair(bindings, push_bytes), Owned<VkPipelineLayout_T>(context_, handle)).first->second.get();
}

}  // namespace heed::vk
