#include "profile/roofs.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace heed::profile {

double Roofs::bytes_per_second(double footprint) const {
    if (memory.empty()) {
        return 0;
    }
    const auto above = std::ranges::find_if(memory, [&](const Level& level) { return static_cast<double>(level.bytes) >= footprint; });
    if (above == memory.begin()) {
        return memory.front().bytes_per_second;
    }
    if (above == memory.end()) {
        return memory.back().bytes_per_second;
    }
    const Level& low = *std::prev(above);
    const double low_bytes = static_cast<double>(low.bytes), high_bytes = static_cast<double>(above->bytes);
    const double along = std::log(footprint / low_bytes) / std::log(high_bytes / low_bytes);
    return low.bytes_per_second + along * (above->bytes_per_second - low.bytes_per_second);
}

std::string describe(const Roofs& roofs) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1) << roofs.flops_f32 * 1e-9 << " GFLOP/s f32 multiply-add, ";
    if (roofs.flops_f16 > 0) {
        out << roofs.flops_f16 * 1e-9 << " f16; ";
    } else {
        out << "no f16 arithmetic; ";
    }
    out << "a dispatch " << roofs.dispatch_seconds * 1e6 << " us, a submit " << roofs.submit_seconds * 1e6 << " us, a timestamp "
        << roofs.timestamp_seconds * 1e6 << " us\ncopying";
    for (const Roofs::Level& level : roofs.memory) {
        const bool large = level.bytes >= 1 << 20;
        out << (&level == &roofs.memory.front() ? " " : ", ") << (level.bytes >> (large ? 20 : 10)) << (large ? " MiB " : " KiB ")
            << level.bytes_per_second * 1e-9;
    }
    out << " GB/s";
    return out.str();
}

std::string_view to_string(Limit limit) {
    switch (limit) {
        case Limit::compute: return "compute";
        case Limit::memory: return "memory";
        default: return "launch";
    }
}

Bound bound_of(const Roofs& roofs, const Work& work) {
    const double rate = roofs.bytes_per_second(work.bytes);
    const Bound bounds[] = {{Limit::launch, roofs.dispatch_seconds},
                            {Limit::memory, rate > 0 ? work.bytes / rate : 0},
                            {Limit::compute, roofs.flops_f32 > 0 ? work.flops / roofs.flops_f32 : 0}};
    return *std::ranges::max_element(bounds, {}, &Bound::seconds);
}

}  // namespace heed::profile
