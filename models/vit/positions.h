#pragma once

#include <cstdint>
#include <vector>

namespace heed {

struct Grid {
    int64_t rows = 0, columns = 0;

    int64_t cells() const { return rows * columns; }
    friend bool operator==(const Grid&, const Grid&) = default;
};

// Learned positions for another grid than the trained one, bicubic, as PyTorch's interpolate does it with align_corners = False:
// without antialiasing cubic with a = -0.75, repeated at the borders; with it a = -0.5, widened where the grid gets coarser, cut off at
// the borders. table [from.cells(), channels] -> [to.cells(), channels].
std::vector<float> interpolate_positions(const std::vector<float>& table, const Grid& from, const Grid& to, int64_t channels,
                                         bool antialias);

}  // namespace heed
