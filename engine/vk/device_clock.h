#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "vk/context.h"

namespace heed::vk {

class DeviceClock {
public:
    explicit DeviceClock(Context& context) : context_(context) {}
    void calibrate() {}
    std::chrono::steady_clock::time_point at(uint64_t ticks) const {
        return std::chrono::steady_clock::time_point(
            std::chrono::nanoseconds(static_cast<int64_t>(static_cast<double>(ticks) * context_.caps().timestamp_ns)));
    }
    double seconds(uint64_t from, uint64_t to) const { return static_cast<double>(to - from) * context_.caps().timestamp_ns * 1e-9; }
    double deviation_seconds() const { return 0; }
    std::string_view method() const { return "calibrated"; }

private:
    Context& context_;
};

}  // namespace heed::vk
