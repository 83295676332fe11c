#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/caps.h"
#include "ops/lowering.h"

namespace heed {

// How a product of this many rows and columns is best computed, best first. By limits and shape only.
std::vector<Candidate> matmul_candidates(const Caps& caps, int64_t m);
std::vector<Candidate> conv2d_candidates(const Caps& caps);

// The launch of a strategy: its workgroup, the strategy's own specialisation word (constant 1), and the tile of one workgroup.
struct TileLaunch {
    uint32_t workgroup = 1;
    uint32_t word = 0;
    int64_t rows = 1, columns = 1;

    std::string name() const;  // "64x128/128"
    std::array<uint32_t, 3> grid(int64_t m, int64_t n, int64_t batch) const;
};

// What decides how a product is launched.
struct TileProblem {
    int64_t m = 1, n = 1, batch = 1;
    bool along_k = false;  // B's rows run along K and can be read in fours
};
// All launches of a matmul's or conv2d's strategy, the best first, which comes again among the others.
std::vector<TileLaunch> tile_launches(std::string_view strategy, const TileProblem& problem, const Caps& caps);

// The first, or the one that was forced.
TileLaunch choose_launch(Lowering& lowering, const Kernel& kernel, std::span<const TileLaunch> launches);

}  // namespace heed
