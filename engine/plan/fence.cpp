#include <algorithm>

#include "plan/pass.h"

namespace heed::passes_detail {

// Byte ranges, not tensors: the scratch arena gives the same bytes to many.
void fence(Plan& plan, const PassContext&) {
    std::vector<MemoryRange> open;  // touched since the last barrier
    for (Step& step : plan.steps) {
        const std::vector<MemoryRange> ranges = ranges_of(plan, step.dispatch);
        step.barrier = std::ranges::any_of(ranges, [&](const MemoryRange& range) {
            return std::ranges::any_of(open, [&](const MemoryRange& other) { return range.conflicts(other); });
        });
        if (step.barrier) {
            open.clear();
        }
        open.insert(open.end(), ranges.begin(), ranges.end());
    }
}

}  // namespace heed::passes_detail
