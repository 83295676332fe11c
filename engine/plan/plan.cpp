#include "plan/plan.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace heed {

std::string_view to_string(Arena arena) {
    switch (arena) {
        case Arena::weights: return "weights";
        case Arena::state: return "state";
        case Arena::io: return "io";
        case Arena::scratch: return "scratch";
    }
    return "?";
}

uint64_t Plan::bytes(Arena arena) const {
    uint64_t sum = 0;
    if (arena == Arena::io || arena == Arena::scratch) {
        for (uint64_t chunk : chunks[static_cast<size_t>(arena)]) {
            sum += chunk;
        }
        return sum;
    }
    for (const Placement& placement : placements) {
        sum += placement.placed && placement.arena == arena ? placement.bytes : 0;
    }
    return sum;
}

uint64_t Plan::indirect_offset(size_t index) const {
    const uint64_t numbers = std::max<uint64_t>(dynamic_elements, 4) * sizeof(int32_t);  // never empty: kernels may bind it unread
    return numbers + index * 3 * sizeof(uint32_t);
}

uint64_t Plan::dynamics_bytes() const {
    const auto indirect = std::ranges::count_if(steps, [](const Step& step) { return step.dispatch.indirect.has_value(); });
    return indirect_offset(static_cast<size_t>(indirect));
}

size_t Plan::barriers() const {
    return static_cast<size_t>(std::ranges::count_if(steps, [](const Step& step) { return step.barrier; }));
}

Cost Plan::cost() const {
    Cost sum;
    for (const Step& step : steps) {
        sum += step.dispatch.cost;
    }
    return sum;
}

MemoryRange range_of(const Plan& plan, const Binding& binding) {
    const Placement& place = plan.placements.at(binding.value);
    ensure(place.placed, "plan: %", binding.value, " is bound and was not placed");
    const uint64_t begin = place.offset + binding.offset;
    const uint64_t end = binding.size == 0 ? place.offset + place.bytes : begin + binding.size;
    return {place.arena, place.chunk, begin, end, binding.access != Access::read};
}

std::vector<MemoryRange> ranges_of(const Plan& plan, const Dispatch& dispatch) {
    std::vector<MemoryRange> ranges;
    for (const Binding& binding : dispatch.bindings) {
        if (binding.value != kDynamics) {
            ranges.push_back(range_of(plan, binding));
        }
    }
    return ranges;
}

}  // namespace heed
