#pragma once

#include <array>
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

    std::array<uint32_t, 3> grid(int64_t m, int64_t n, int64_t batch) const;
};
TileLaunch broadcast_launch(const Caps& caps, int64_t m);
TileLaunch tiled_launch(const Caps& caps, int64_t m, int64_t n, int64_t batch);
TileLaunch row_launch(const Caps& caps, int64_t m, bool along_k);

}  // namespace heed
