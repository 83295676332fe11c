#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

struct VkBuffer_T;
struct VkDeviceMemory_T;

namespace heed::vk {

class Context;

// Memory is chosen by what it is for, never by flag.
enum class MemoryUse {
    device,    // read and written by kernels; the host sees it only where memory is unified
    upload,    // written by the host once, read by the device
    readback,  // written by the device, read by the host (cached)
};

// A storage buffer with its own memory: also a source and target of copies, and of indirect dispatches. Not thread-safe to
// change; its bytes are whoever's who orders them.
class Buffer {
public:
    Buffer() = default;
    // Throws out_of_memory ("needs X MiB, the device has Y MiB free of Z").
    Buffer(Context& context, uint64_t bytes, MemoryUse use, std::string_view name);
    Buffer(Buffer&& other) noexcept;
    Buffer& operator=(Buffer&& other) noexcept;
    ~Buffer();

    uint64_t size() const { return bytes_; }
    explicit operator bool() const { return handle_ != nullptr; }

    // The bytes as the host sees them; empty where it cannot. Always there for upload and readback, and for device on unified memory.
    std::span<std::byte> mapped() const { return {mapped_, mapped_ ? bytes_ : 0}; }
    void flush(uint64_t offset, uint64_t bytes) const;       // after the host wrote
    void invalidate(uint64_t offset, uint64_t bytes) const;  // before the host reads

    VkBuffer_T* handle() const { return handle_; }

private:
    void create(uint64_t bytes, std::string_view name);
    void allocate(MemoryUse use, std::string_view name);
    void release() noexcept;

    Context* context_ = nullptr;
    VkBuffer_T* handle_ = nullptr;
    VkDeviceMemory_T* memory_ = nullptr;
    std::byte* mapped_ = nullptr;
    uint64_t bytes_ = 0;
    uint64_t allocated_ = 0;  // what the driver asked for, at least bytes_
    bool coherent_ = true;
};

}  // namespace heed::vk
