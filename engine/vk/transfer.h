#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "vk/buffer.h"
#include "vk/command.h"
#include "vk/queue.h"

namespace heed::vk {

struct TransferOptions {
    uint64_t staging_bytes = 16ull << 20;  // the most host memory it takes; none where buffers are mapped
    uint64_t total_bytes = 0;              // what the uploads will sum up to, for progress
    std::function<void(uint64_t done, uint64_t total)> progress;
};

// Moves bytes between host and buffers: by memcpy where the buffer is mapped, else in pieces through two halves of a staging
// buffer, one filled while the other is copied. One thread at a time.
class Transfer {
public:
    explicit Transfer(Context& context, TransferOptions options = {});
    Transfer(Transfer&&) noexcept = default;
    Transfer& operator=(Transfer&&) noexcept = default;

    // The bytes may go as soon as upload returns; they are on the device after flush(). No work may be using the range, and two
    // uploads between flushes must not overlap.
    void upload(std::span<const std::byte> from, const Buffer& to, uint64_t offset = 0);
    // Complete on return.
    void download(const Buffer& from, uint64_t offset, std::span<std::byte> to);
    void fill(const Buffer& buffer, uint64_t offset, uint64_t bytes, uint32_t word);  // multiples of 4; done after flush()
    void flush();

private:
    struct Half {
        CommandBuffer commands;
        Fence fence;
        bool recording = false;
    };
    void prepare();  // makes the staging objects when first needed
    Half& open();    // the current half, recording
    void submit();   // starts the current half and turns to the other, once that is free
    void report(uint64_t bytes);
    uint64_t half_bytes() const;

    Context* context_ = nullptr;
    TransferOptions options_;
    Buffer staging_;
    std::array<Half, 2> halves_;
    size_t current_ = 0;
    uint64_t used_ = 0;  // bytes of the current half
    uint64_t done_ = 0;
};

}  // namespace heed::vk
