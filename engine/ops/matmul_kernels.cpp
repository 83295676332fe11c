#include "ops/matmul_kernels.h"

#include <algorithm>
#include <bit>

#include "params.h"

namespace heed {
namespace {

constexpr int64_t kAloneRows = 2;

Candidate broadcast(const Caps& caps) {
    return {"broadcast", caps.min_subgroup_size >= 4};
}

}  // namespace

std::vector<Candidate> matmul_candidates(const Caps& caps, int64_t m) {
    const Candidate row{"row", m <= params::kRowRows}, tiled{"tiled"};
    if (few_lanes(caps)) {  // which load A's rows one by one: with some of them, less is loaded where they are handed round
        return m <= kAloneRows ? std::vector{row, broadcast(caps), tiled} : std::vector{broadcast(caps), row, tiled};
    }
    return {row, tiled, broadcast(caps)};
}

std::vector<Candidate> conv2d_candidates(const Caps& caps) {
    const Candidate tiled{"tiled"};
    if (few_lanes(caps)) {
        return {broadcast(caps), tiled};
    }
    return {tiled, broadcast(caps)};
}

std::array<uint32_t, 3> TileLaunch::grid(int64_t m, int64_t n, int64_t batch) const {
    return {groups(m, rows), groups(n, columns), groups(batch, 1)};
}

TileLaunch broadcast_launch(const Caps& caps, int64_t m) {
    constexpr uint32_t kWorkgroup = 8;
    const bool group_of_eight = caps.min_subgroup_size >= 8;
    const auto rows = std::clamp<int64_t>(static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(m))), 4, params::kBroadcastRows);
    return {kWorkgroup, group_of_eight ? 1u : 0u, rows, int64_t{kWorkgroup} * params::kBroadcastColumns};
}

// The largest tile that still gives the device enough workgroups to be busy.
TileLaunch tiled_launch(const Caps& caps, int64_t m, int64_t n, int64_t batch) {
    constexpr int64_t kEnough = 128;
    struct Tile {
        uint32_t workgroup, across;
    };
    constexpr Tile kTiles[] = {{256, 16}, {128, 16}, {64, 8}};
    for (const Tile& tile : kTiles) {
        const TileLaunch launch{tile.workgroup, tile.across, int64_t{tile.workgroup / tile.across} * params::kTiledBlock,
                                int64_t{tile.across} * params::kTiledBlock};
        const int64_t count = batch * ((m + launch.rows - 1) / launch.rows) * ((n + launch.columns - 1) / launch.columns);
        const bool fits = tile.workgroup <= std::min(caps.max_invocations, caps.max_workgroup_size[0]);
        if (tile.workgroup == 64 || (fits && count >= kEnough)) {
            return launch;
        }
    }
    return {};
}

// With few lanes, every one takes columns of its own; else the lanes of a workgroup read what lies side by side: 64 columns of
// one row of B, or, where rows run along K, one column after the other.
TileLaunch row_launch(const Caps& caps, int64_t m, bool along_k) {
    const uint32_t lanes = few_lanes(caps) || !along_k ? 16 : 1;
    const uint32_t workgroup = few_lanes(caps) ? 16 : std::min({128u, caps.max_invocations, caps.max_workgroup_size[0]});
    return {workgroup, lanes, m, int64_t{lanes} * 4};
}

}  // namespace heed
