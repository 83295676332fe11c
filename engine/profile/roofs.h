#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profile/samples.h"

namespace heed::profile {

// What a device can do at best, measured on it.
struct Roofs {
    struct Level {
        uint64_t bytes = 0;           // that are gone through again and again, half of them read and half written
        double bytes_per_second = 0;  // read and written together
    };
    double flops_f32 = 0, flops_f16 = 0;  // multiply-adds count as two; f16 is 0 where there is no such arithmetic
    std::vector<Level> memory;            // smallest first; the last is far beyond every cache
    double dispatch_seconds = 0;          // an empty dispatch and the barrier behind it
    double submit_seconds = 0;            // an empty submit, until the host knows that it is done
    double timestamp_seconds = 0;         // what writing a timestamp adds to a dispatch
    std::string day;                      // when they were measured: 2026-11-21

    // Between the levels along a line over the logarithm of the bytes.
    double bytes_per_second(double footprint) const;
    double far_bytes_per_second() const { return memory.empty() ? 0 : memory.back().bytes_per_second; }
};

// "80.8 GFLOP/s f32 multiply-add, no f16 arithmetic; copying 16 KiB 21.0, ... 256 MiB 5.8 GB/s; a dispatch 3.1 us, ...", in two lines.
std::string describe(const Roofs& roofs);

enum class Limit : uint8_t { compute, memory, launch };
std::string_view to_string(Limit limit);

// The least time a dispatch can take on a device with these roofs, and what it is that lets it take no less.
struct Bound {
    Limit limit = Limit::launch;
    double seconds = 0;
};
Bound bound_of(const Roofs& roofs, const Work& work);

}  // namespace heed::profile
