#include "ops/flat.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "ops/lowering.h"
#include "params.h"

namespace heed {
namespace {

uint32_t largest_workgroup(uint32_t wanted, const Caps& caps) {
    return std::bit_floor(std::min({wanted, caps.max_invocations, caps.max_workgroup_size[0]}));
}

FlatLaunch flat_launch_of(uint32_t workgroup, int64_t count, const Caps& caps) {
    return {workgroup, linear_grid(groups(count, int64_t{workgroup} * params::kFlatElements), caps)};
}

// One of the powers of two, each a tile of its own.
uint32_t choose_workgroup(Lowering& lowering, const Kernel& kernel, uint32_t usual, uint32_t least) {
    std::vector<Tile> tiles{{std::to_string(usual)}};
    std::vector<uint32_t> sizes{usual};
    for (uint32_t size = least; size <= params::kRowInvocations; size *= 2) {
        tiles.push_back({std::to_string(size), has_workgroup(lowering.caps(), size)});
        sizes.push_back(size);
    }
    return sizes[lowering.choose_tile(kernel, tiles)];
}

}  // namespace

bool has_workgroup(const Caps& caps, uint32_t invocations) {
    return invocations <= std::min(caps.max_invocations, caps.max_workgroup_size[0]);
}

FlatLaunch flat_launch(int64_t count, const Caps& caps) {
    return flat_launch_of(largest_workgroup(256, caps), count, caps);
}

FlatLaunch flat_launch(Lowering& lowering, const Kernel& kernel, int64_t count) {
    const uint32_t usual = flat_launch(count, lowering.caps()).workgroup;
    return flat_launch_of(choose_workgroup(lowering, kernel, usual, 32), count, lowering.caps());
}

FlatLaunch row_launch(int64_t rows, int64_t length, const Caps& caps) {
    const int64_t least = std::clamp<int64_t>(caps.subgroup_size, 8, params::kRowInvocations);
    const auto wanted = static_cast<uint32_t>(std::clamp<int64_t>(length / 32, least, params::kRowInvocations));
    return {largest_workgroup(std::bit_ceil(wanted), caps), linear_grid(rows, caps)};
}

FlatLaunch row_launch(Lowering& lowering, const Kernel& kernel, int64_t rows, int64_t length) {
    FlatLaunch launch = row_launch(rows, length, lowering.caps());
    launch.workgroup = choose_workgroup(lowering, kernel, launch.workgroup, 8);
    return launch;
}

uint32_t index32(int64_t value) {
    if (value < 0 || value > std::numeric_limits<uint32_t>::max()) {
        fail(ErrorKind::unsupported, "kernels count elements in 32 bits: expected at most 4294967295, got ", value);
    }
    return static_cast<uint32_t>(value);
}

}  // namespace heed
