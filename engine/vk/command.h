#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vk/descriptors.h"

struct VkCommandBuffer_T;

namespace heed::vk {

class Buffer;
class ComputePipeline;
class Timestamps;

// Who touches memory on one side of a barrier.
enum class Access : uint32_t {
    compute = 1,   // kernels, reading and writing
    indirect = 2,  // the group counts of dispatch_indirect
    transfer = 4,  // copy and fill
    host = 8,
};
constexpr Access operator|(Access a, Access b) {
    return static_cast<Access>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b));
}

struct CopyRegion {
    uint64_t from = 0, to = 0, bytes = 0;
};

// Commands recorded once and submitted as often as wanted (never twice at the same time). One thread at a time.
class CommandBuffer {
public:
    CommandBuffer() = default;
    CommandBuffer(Context& context, std::string_view name);

    void begin();  // forgets what was recorded before
    void end();

    void bind(const ComputePipeline& pipeline);
    void bind(const DescriptorSet& set);              // after the pipeline
    void push(std::span<const std::byte> constants);  // after the pipeline; exactly its push_bytes
    void dispatch(uint32_t x, uint32_t y, uint32_t z);
    void dispatch_indirect(const Buffer& counts, uint64_t offset);  // three uint32 there

    // One global memory barrier: everything before is finished and visible to everything after.
    void barrier(Access before = Access::compute, Access after = Access::compute);

    void copy(const Buffer& from, const Buffer& to, std::span<const CopyRegion> regions);
    void fill(const Buffer& buffer, uint64_t offset, uint64_t bytes, uint32_t word);  // multiples of 4

    void reset(const Timestamps& timestamps);                  // before the first write of each run
    void write(const Timestamps& timestamps, uint32_t index);  // when everything before has finished

    void begin_label(std::string_view label);  // seen in captures; nothing where debug utils are missing
    void end_label();

    size_t recorded() const { return recorded_; }  // commands since begin()
    VkCommandBuffer_T* handle() const { return handle_; }

private:
    Context* context_ = nullptr;
    Owned<VkCommandPool_T> pool_;  // one each: pools are not thread-safe
    VkCommandBuffer_T* handle_ = nullptr;
    const ComputePipeline* bound_ = nullptr;
    size_t recorded_ = 0;
};

}  // namespace heed::vk
