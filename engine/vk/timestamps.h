#pragma once

#include <cstdint>
#include <vector>

struct VkQueryPool_T;

namespace heed::vk {

class Context;

// Points in time written by the device between dispatches. One thread at a time.
class Timestamps {
public:
    Timestamps() = default;
    Timestamps(Context& context, uint32_t count);  // throws unsupported where caps.timestamp_bits is 0
    Timestamps(Timestamps&& other) noexcept;
    Timestamps& operator=(Timestamps&& other) noexcept;
    ~Timestamps();

    uint32_t count() const { return count_; }
    // Nanoseconds since the first point; every point must have been written and the submit have finished.
    std::vector<double> read() const;

    VkQueryPool_T* handle() const { return handle_; }

private:
    void release() noexcept;

    Context* context_ = nullptr;
    VkQueryPool_T* handle_ = nullptr;
    uint32_t count_ = 0;
};

}  // namespace heed::vk
