#include "ops/flat.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/error.h"
#include "ops/lowering.h"
#include "params.h"

namespace heed {
namespace {

uint32_t largest_workgroup(uint32_t wanted, const Caps& caps) {
    return std::bit_floor(std::min({wanted, caps.max_invocations, caps.max_workgroup_size[0]}));
}

}  // namespace

FlatLaunch flat_launch(int64_t count, const Caps& caps) {
    const uint32_t workgroup = largest_workgroup(256, caps);
    return {workgroup, linear_grid(groups(count, int64_t{workgroup} * params::kFlatElements), caps)};
}

FlatLaunch row_launch(int64_t rows, int64_t length, const Caps& caps) {
    const int64_t least = std::clamp<int64_t>(caps.subgroup_size, 8, params::kRowInvocations);
    const auto wanted = static_cast<uint32_t>(std::clamp<int64_t>(length / 32, least, params::kRowInvocations));
    return {largest_workgroup(std::bit_ceil(wanted), caps), linear_grid(rows, caps)};
}

uint32_t index32(int64_t value) {
    if (value < 0 || value > std::numeric_limits<uint32_t>::max()) {
        fail(ErrorKind::unsupported, "kernels count elements in 32 bits: expected at most 4294967295, got ", value);
    }
    return static_cast<uint32_t>(value);
}

}  // namespace heed
