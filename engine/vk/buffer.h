#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "vk/memory.h"

namespace heed::vk {

// A storage buffer with its own memory: also a source and target of copies, and of indirect dispatches. Immutable as an object;
// its bytes belong to whoever orders the work on them.
class Buffer {
public:
    Buffer() = default;
    // Throws out_of_memory: "<name>: needs X, <device> has Y left of Z".
    Buffer(Context& context, uint64_t bytes, MemoryUse use, std::string_view name);

    uint64_t size() const { return bytes_; }
    const std::string& name() const { return name_; }
    explicit operator bool() const { return static_cast<bool>(handle_); }

    // The bytes as the host sees them, empty where it cannot: always there for upload and readback, for device on unified memory.
    std::span<std::byte> mapped() const { return {memory_.mapped(), memory_.mapped() ? bytes_ : 0}; }
    bool cached() const { return memory_.cached(); }                                     // mapped() is as fast to read as any memory
    void flush(uint64_t offset, uint64_t bytes) const { memory_.flush(offset, bytes); }  // after the host wrote
    void invalidate(uint64_t offset, uint64_t bytes) const { memory_.invalidate(offset, bytes); }  // before the host reads

    VkBuffer_T* handle() const { return handle_.get(); }

private:
    Memory memory_;  // outlives the handle bound to it
    Owned<VkBuffer_T> handle_;
    std::string name_;
    uint64_t bytes_ = 0;
};

}  // namespace heed::vk
