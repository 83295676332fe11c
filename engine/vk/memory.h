#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vk/owned.h"

namespace heed::vk {

// Memory is chosen by what it is for, never by flag.
enum class MemoryUse {
    device,    // read and written by kernels; the host sees it only where memory is unified
    upload,    // written by the host, read by the device
    readback,  // written by the device, read by the host
};

// One allocation, mapped for as long as it lives where the host can see it. Not thread-safe to change.
class Memory {
public:
    Memory() = default;
    // Throws out_of_memory: "<what>: needs X, <device> has Y left of Z".
    Memory(Context& context, uint64_t bytes, uint32_t type_bits, MemoryUse use, std::string_view what);
    Memory(Memory&& other) noexcept;
    Memory& operator=(Memory&& other) noexcept;
    ~Memory();

    std::byte* mapped() const { return mapped_; }  // null where the host cannot see it
    bool cached() const { return cached_; }        // the host reads it at the speed of memory
    void flush(uint64_t offset, uint64_t bytes) const;
    void invalidate(uint64_t offset, uint64_t bytes) const;
    VkDeviceMemory_T* handle() const { return handle_.get(); }

private:
    void allocate(uint32_t type, uint32_t heap, std::string_view what);
    void map(std::string_view what);
    void release() noexcept;

    Context* context_ = nullptr;
    Owned<VkDeviceMemory_T> handle_;
    std::byte* mapped_ = nullptr;
    uint64_t bytes_ = 0;
    uint32_t heap_ = 0;
    bool reserved_ = false;  // bytes_ stand in the Context's account
    bool coherent_ = true, cached_ = false;
};

std::string size_text(uint64_t bytes);  // "1.5 MiB"

}  // namespace heed::vk
