#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "vk/owned.h"

struct VkQueue_T;

namespace heed::vk {

class CommandBuffer;

// Says when a submit has finished; used again for the next one. One thread at a time.
class Fence {
public:
    Fence() = default;
    explicit Fence(Context& context);
    Fence(Fence&& other) noexcept;
    Fence& operator=(Fence&& other) noexcept;
    ~Fence();  // waits for what was submitted with it

    void wait();  // returns at once when nothing was submitted; throws device_lost
    bool done();  // never blocks
    bool pending() const { return pending_; }

private:
    friend class Queue;
    void settle() noexcept;  // waits, whatever comes

    Context* context_ = nullptr;
    Owned<VkFence_T> handle_;
    bool pending_ = false;
};

// The compute queue of a Context. Thread-safe: a mutex orders the submits.
class Queue {
public:
    Queue(Context& context, uint32_t family);

    // Starts the command buffers in order; each must be finished, as told by the fence, before it is submitted again.
    // `counter_pass`: which pass of the PerformanceQueries in them, if any, this is.
    void submit(std::span<const CommandBuffer* const> commands, Fence& fence, std::optional<uint32_t> counter_pass = {});
    void submit(const CommandBuffer& commands, Fence& fence);

    uint32_t family() const { return family_; }
    VkQueue_T* handle() const { return handle_; }
    std::mutex& mutex() { return mutex_; }

private:
    Context& context_;
    VkQueue_T* handle_ = nullptr;
    uint32_t family_ = 0;
    std::mutex mutex_;
};

}  // namespace heed::vk
