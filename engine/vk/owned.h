#pragma once

#include <utility>

#include "vk/context.h"

struct VkBuffer_T;
struct VkCommandPool_T;
struct VkDescriptorPool_T;
struct VkDescriptorSetLayout_T;
struct VkDeviceMemory_T;
struct VkFence_T;
struct VkPipeline_T;
struct VkPipelineCache_T;
struct VkPipelineLayout_T;
struct VkQueryPool_T;
struct VkShaderModule_T;

namespace heed::vk {

void destroy(Context& context, VkBuffer_T* handle);
void destroy(Context& context, VkCommandPool_T* handle);
void destroy(Context& context, VkDescriptorPool_T* handle);
void destroy(Context& context, VkDescriptorSetLayout_T* handle);
void destroy(Context& context, VkDeviceMemory_T* handle);
void destroy(Context& context, VkFence_T* handle);
void destroy(Context& context, VkPipeline_T* handle);
void destroy(Context& context, VkPipelineCache_T* handle);
void destroy(Context& context, VkPipelineLayout_T* handle);
void destroy(Context& context, VkQueryPool_T* handle);
void destroy(Context& context, VkShaderModule_T* handle);

// One Vulkan object and the duty to destroy it; counted in the Context's account.
template <typename T>
class Owned {
public:
    Owned() = default;
    Owned(Context& context, T* handle) : context_(&context), handle_(handle) { context.created(); }
    Owned(Owned&& other) noexcept : context_(other.context_), handle_(std::exchange(other.handle_, nullptr)) {}
    Owned& operator=(Owned&& other) noexcept {
        if (this != &other) {
            reset();
            context_ = other.context_;
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    ~Owned() { reset(); }

    void reset() noexcept {
        if (handle_) {
            destroy(*context_, std::exchange(handle_, nullptr));
            context_->released();
        }
    }
    T* get() const { return handle_; }
    explicit operator bool() const { return handle_ != nullptr; }

private:
    Context* context_ = nullptr;
    T* handle_ = nullptr;
};

}  // namespace heed::vk
