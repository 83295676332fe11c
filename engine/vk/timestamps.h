#pragma once

#include <cstdint>
#include <vector>

#include "vk/owned.h"

namespace heed::vk {

// Points in time written by the device between dispatches. One thread at a time.
class Timestamps {
public:
    Timestamps() = default;
    Timestamps(Context& context, uint32_t count);  // throws unsupported where caps.timestamp_bits is 0

    uint32_t count() const { return count_; }
    // As the device counts: caps.timestamp_bits wide, caps.timestamp_ns each. Every point must have been written and the submit
    // have finished.
    std::vector<uint64_t> ticks() const;
    // Nanoseconds since the first point.
    std::vector<double> read() const;

    VkQueryPool_T* handle() const { return handle_.get(); }

private:
    Context* context_ = nullptr;
    Owned<VkQueryPool_T> handle_;
    uint32_t count_ = 0;
};

}  // namespace heed::vk
