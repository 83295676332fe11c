#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "vk/owned.h"

namespace heed::vk {

// The descriptor set layouts (n storage buffers in set 0) and pipeline layouts of a Context, each made once. Thread-safe.
class Layouts {
public:
    explicit Layouts(Context& context) : context_(context) {}

    VkDescriptorSetLayout_T* set(uint32_t bindings);
    VkPipelineLayout_T* pipeline(uint32_t bindings, uint32_t push_bytes);

private:
    VkDescriptorSetLayout_T* make_set(uint32_t bindings);

    Context& context_;
    std::mutex mutex_;
    std::map<uint32_t, Owned<VkDescriptorSetLayout_T>> sets_;
    std::map<std::pair<uint32_t, uint32_t>, Owned<VkPipelineLayout_T>> pipelines_;
};

}  // namespace heed::vk
