#include "ops/matmul_kernels.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "ops/flat.h"
#include "params.h"

namespace heed {
namespace {

constexpr int64_t kAloneRows = 2;

Candidate broadcast(const Caps& caps) {
    return {"broadcast", caps.min_subgroup_size >= 4, "subgroups of at least 4"};
}

std::vector<TileLaunch> broadcast_launches(const TileProblem& problem, const Caps& caps) {
    constexpr uint32_t kWorkgroup = 8;
    const uint32_t group_of_eight = caps.min_subgroup_size >= 8 ? 1 : 0;
    const auto rows = std::clamp<int64_t>(static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(problem.m))), 4, params::kBroadcastRows);
    std::vector<TileLaunch> launches;
    for (int64_t tried : {rows, int64_t{4}, int64_t{8}, int64_t{params::kBroadcastRows}}) {
        launches.push_back({kWorkgroup, group_of_eight, tried, int64_t{kWorkgroup} * params::kBroadcastColumns});
    }
    return launches;
}

TileLaunch tiled_launch(uint32_t workgroup, uint32_t across) {
    return {workgroup, across, int64_t{workgroup / across} * params::kTiledBlock, int64_t{across} * params::kTiledBlock};
}

// First the largest tile of these that still gives the device enough workgroups to be busy.
std::vector<TileLaunch> tiled_launches(const TileProblem& problem, const Caps& caps) {
    constexpr int64_t kEnough = 128;
    const TileLaunch large = tiled_launch(256, 16), middle = tiled_launch(128, 16), small = tiled_launch(64, 8);
    TileLaunch best = small;
    for (const TileLaunch& launch : {middle, large}) {
        const auto [x, y, z] = launch.grid(problem.m, problem.n, problem.batch);
        if (has_workgroup(caps, launch.workgroup) && int64_t{x} * y * z >= kEnough) {
            best = launch;
        }
    }
    return {best, large, middle, small, tiled_launch(128, 8), tiled_launch(64, 16), tiled_launch(32, 8)};
}

// First, with few lanes: every one takes columns of its own; else the lanes of a workgroup read what lies side by side: 64 columns of
// one row of B, or, where rows run along K, one column after the other.
std::vector<TileLaunch> row_launches(const TileProblem& problem, const Caps& caps) {
    const auto launch = [&](uint32_t workgroup, uint32_t lanes) { return TileLaunch{workgroup, lanes, problem.m, int64_t{lanes} * 4}; };
    const uint32_t lanes = few_lanes(caps) || !problem.along_k ? 16 : 1;
    std::vector<TileLaunch> launches{
        launch(few_lanes(caps) ? 16 : std::min({128u, caps.max_invocations, caps.max_workgroup_size[0]}), lanes)};
    for (uint32_t workgroup : {16u, 64u, 128u, params::kRowLanes}) {
        for (uint32_t tried : {1u, 16u}) {
            launches.push_back(launch(workgroup, tried));
        }
    }
    return launches;
}

}  // namespace

std::vector<Candidate> matmul_candidates(const Caps& caps, int64_t m) {
    const Candidate row{"row", m <= params::kRowRows, "at most 8 rows"}, tiled{"tiled"};
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

std::string TileLaunch::name() const {
    return text(rows, "x", columns, "/", workgroup);
}

std::vector<TileLaunch> tile_launches(std::string_view strategy, const TileProblem& problem, const Caps& caps) {
    return strategy == "broadcast" ? broadcast_launches(problem, caps)
           : strategy == "row"     ? row_launches(problem, caps)
                                   : tiled_launches(problem, caps);
}

TileLaunch choose_launch(Lowering& lowering, const Kernel& kernel, std::span<const TileLaunch> launches) {
    std::vector<Tile> tiles;
    for (const TileLaunch& launch : launches) {
        tiles.push_back({launch.name(), has_workgroup(lowering.caps(), launch.workgroup)});
    }
    return launches[lowering.choose_tile(kernel, tiles)];
}

}  // namespace heed
