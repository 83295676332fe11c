#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "draw/heat_map.h"

namespace heed::draw {

// One small map for each head of each layer.
struct HeadGrid {
    std::vector<std::span<const float>> layers;  // each [heads, rows, columns]
    int64_t heads = 0, rows = 0, columns = 0;
    std::vector<std::string> head_names, layer_names;
};

struct HeadGridStyle {
    double map_width = 110, gap = 14;  // points; a map is as high as its rows ask for
    double longest = 1e9;              // of a map's sides, as multiples of the other: more is squeezed
    double largest = 1;
    double name_size = 13;
};

HeatMapSize measure(const HeadGrid& grid, const HeadGridStyle& style);

void draw_head_grid(Surface& page, Point top_left, const HeadGrid& grid, const HeadGridStyle& style);

}  // namespace heed::draw
