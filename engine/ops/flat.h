#pragma once

#include <array>
#include <cstdint>

#include "base/caps.h"
#include "base/kernel.h"

namespace heed {

class Lowering;

// Whether the device has workgroups of so many invocations along x.
bool has_workgroup(const Caps& caps, uint32_t invocations);

// The launch of a kernel that walks elements, kFlatElements an invocation.
struct FlatLaunch {
    uint32_t workgroup = 1;
    std::array<uint32_t, 3> grid{1, 1, 1};
};
FlatLaunch flat_launch(int64_t count, const Caps& caps);
FlatLaunch flat_launch(Lowering& lowering, const Kernel& kernel, int64_t count);  // or with the workgroup that was forced

// The launch of a kernel that gives each row one workgroup, whose size is a power of two that fits the row's length: a barrier
// costs a software device as much as many elements, so there are few invocations with many elements each.
FlatLaunch row_launch(int64_t rows, int64_t length, const Caps& caps);
FlatLaunch row_launch(Lowering& lowering, const Kernel& kernel, int64_t rows, int64_t length);

// A count, stride or offset as kernels take it; throws when 32 bits cannot hold it.
uint32_t index32(int64_t value);

}  // namespace heed
