#include "run/segments.h"

#include <algorithm>

namespace heed {

Rates guessed_rates(const Caps& caps) {
    switch (caps.type) {
        case DeviceType::discrete: return {1e12, 1e11};
        case DeviceType::integrated: return {1e11, 1e10};
        case DeviceType::virtual_gpu: return {1e11, 1e10};
        default: return {3e9, 3e9};
    }
}

Rates rates_under(const profile::Roofs& roofs) {
    return {roofs.flops_f32, roofs.far_bytes_per_second()};
}

std::vector<Segment> split(const Plan& plan, const Rates& rates, double limit) {
    std::vector<Segment> segments;
    for (size_t i = 0; i < plan.steps.size(); ++i) {
        const Cost& cost = plan.steps[i].dispatch.cost;
        const double seconds = std::max(cost.flops / rates.flops, cost.bytes / rates.bytes_per_second);
        if (segments.empty() || segments.back().seconds + seconds > limit) {
            segments.push_back({.first = i, .count = 0, .seconds = 0});
        }
        ++segments.back().count;
        segments.back().seconds += seconds;
    }
    return segments;
}

}  // namespace heed
