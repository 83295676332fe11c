#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vk/owned.h"

struct VkDescriptorSet_T;

namespace heed::vk {

class Buffer;

// The window of a buffer that a kernel sees as one binding; size 0 means up to its end.
struct Binding {
    const Buffer* buffer = nullptr;
    uint64_t offset = 0;
    uint64_t size = 0;
};

// One set of bindings; lives as long as the Descriptors it came from.
struct DescriptorSet {
    VkDescriptorSet_T* handle = nullptr;
    uint32_t bindings = 0;
};

// The descriptor sets of one recorded plan; they all go together. One thread at a time.
class Descriptors {
public:
    Descriptors() = default;
    explicit Descriptors(Context& context) : context_(&context) {}

    // Throws unsupported when a window is wider than caps.max_binding_range, internal when its offset is not aligned.
    DescriptorSet add(std::span<const Binding> bindings);

private:
    static constexpr uint32_t kSetsPerPool = 64;
    void grow(uint32_t bindings);

    Context* context_ = nullptr;
    std::vector<Owned<VkDescriptorPool_T>> pools_;
    uint32_t sets_left_ = 0, bindings_left_ = 0;  // in the last pool
};

}  // namespace heed::vk
