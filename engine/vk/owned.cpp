#include "vk/owned.h"

#include "vk/handles.h"

namespace heed::vk {

void destroy(Context& context, VkBuffer_T* handle) {
    context.api().vkDestroyBuffer(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkCommandPool_T* handle) {
    context.api().vkDestroyCommandPool(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkDescriptorPool_T* handle) {
    context.api().vkDestroyDescriptorPool(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkDescriptorSetLayout_T* handle) {
    context.api().vkDestroyDescriptorSetLayout(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkDeviceMemory_T* handle) {
    context.api().vkFreeMemory(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkFence_T* handle) {
    context.api().vkDestroyFence(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkPipeline_T* handle) {
    context.api().vkDestroyPipeline(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkPipelineCache_T* handle) {
    context.api().vkDestroyPipelineCache(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkPipelineLayout_T* handle) {
    context.api().vkDestroyPipelineLayout(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkQueryPool_T* handle) {
    context.api().vkDestroyQueryPool(context.handle(), handle, nullptr);
}

void destroy(Context& context, VkShaderModule_T* handle) {
    context.api().vkDestroyShaderModule(context.handle(), handle, nullptr);
}

}  // namespace heed::vk
