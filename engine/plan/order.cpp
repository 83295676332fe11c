#include <algorithm>

#include "plan/pass.h"

namespace heed::passes_detail {
namespace {

// Looking further ahead would save few barriers and keep many tensors alive for long.
constexpr size_t kWindow = 12;

// Whether b must come after a: they share storage and one of them writes it. By root value, as nothing is placed yet.
bool depends(const Dispatch& a, const Dispatch& b) {
    for (const Binding& x : a.bindings) {
        for (const Binding& y : b.bindings) {
            const bool writes = x.access != Access::read || y.access != Access::read;
            if (x.value == y.value && x.value != kDynamics && writes) {
                return true;
            }
        }
    }
    return false;
}

bool depends_on_any(const std::vector<Step>& steps, const std::vector<size_t>& earlier, const Dispatch& dispatch) {
    return std::ranges::any_of(earlier, [&](size_t i) { return depends(steps[i].dispatch, dispatch); });
}

}  // namespace

void order(Plan& plan, const PassContext&) {
    std::vector<Step>& steps = plan.steps;
    std::vector<bool> done(steps.size(), false);
    std::vector<Step> ordered;
    uint32_t group = 0;
    for (size_t first = 0; first < steps.size(); ++group) {
        std::vector<size_t> members, passed_over;  // who is in the group; who waits and must not be overtaken by a dependant
        for (size_t i = first; i < std::min(steps.size(), first + kWindow); ++i) {
            if (done[i]) {
                continue;
            }
            const Dispatch& dispatch = steps[i].dispatch;
            if (depends_on_any(steps, members, dispatch) || depends_on_any(steps, passed_over, dispatch)) {
                passed_over.push_back(i);
            } else {
                members.push_back(i);
                done[i] = true;
            }
        }
        for (size_t i : members) {
            steps[i].group = group;
            ordered.push_back(std::move(steps[i]));
        }
        while (first < steps.size() && done[first]) {
            ++first;
        }
    }
    steps = std::move(ordered);
}

}  // namespace heed::passes_detail
