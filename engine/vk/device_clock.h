#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "vk/command.h"
#include "vk/queue.h"
#include "vk/timestamps.h"

namespace heed::vk {

// Lays the device's clock on the host's: where the driver reads both at once, as exactly as it says; elsewhere between two looks at
// the host's clock. One thread at a time.
class DeviceClock {
public:
    explicit DeviceClock(Context& context);  // throws unsupported where caps.timestamp_bits is 0

    // Again: clocks drift apart, and narrow counters must be laid down anew within half of their turn. Microseconds where the driver
    // reads both, else a few submits.
    void calibrate();

    // The host's time of a tick of Timestamps::ticks(), at most half of the counter's turn from the last calibration.
    std::chrono::steady_clock::time_point at(uint64_t ticks) const;
    double deviation_seconds() const { return deviation_ * 1e-9; }  // that at() may be wrong by, right after calibrating
    std::string_view method() const { return calibrated_ ? "calibrated" : "bracketed"; }

private:
    void read_both();
    void bracket();

    Context* context_;
    bool calibrated_ = false;
    CommandBuffer commands_;  // writes one timestamp, for bracketing
    Timestamps point_;
    Fence fence_;
    uint64_t ticks_ = 0;  // that the device counted
    int64_t host_ = 0;    // when the host's clock had this, in nanoseconds
    double deviation_ = 0;
};

}  // namespace heed::vk
