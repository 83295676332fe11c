#include "base/kernel.h"

namespace heed {

const Kernel* find_kernel(std::string_view name) {
    for (const Kernel& kernel : kernels()) {
        if (kernel.name == name) {
            return &kernel;
        }
    }
    return nullptr;
}

std::string missing_for(const Kernel& kernel, const Caps& caps) {
    const auto lacks = [&](KernelNeed need, bool present) { return (kernel.needs & need) != 0 && !present; };
    if (lacks(kNeedsSubgroupBasic, caps.subgroup_basic)) {
        return "subgroup operations";
    }
    if (lacks(kNeedsSubgroupArithmetic, caps.subgroup_arithmetic)) {
        return "subgroup arithmetic";
    }
    if (lacks(kNeedsSubgroupBallot, caps.subgroup_ballot)) {
        return "subgroup ballot and broadcast";
    }
    if (lacks(kNeedsSubgroupShuffle, caps.subgroup_shuffle)) {
        return "subgroup shuffle";
    }
    if (lacks(kNeedsFp16Storage, caps.fp16_storage)) {
        return "16-bit storage";
    }
    if (lacks(kNeedsFp16Arithmetic, caps.fp16_arithmetic)) {
        return "16-bit arithmetic";
    }
    if (kernel.binding_count > caps.max_storage_buffers) {
        return "more storage buffers than the device binds at once";
    }
    return {};
}

}  // namespace heed
