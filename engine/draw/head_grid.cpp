#include "draw/head_grid.h"

#include <algorithm>

#include "base/error.h"
#include "draw/cells.h"

namespace heed::draw {

namespace {

double map_height_of(const HeadGrid& grid, const HeadGridStyle& style) {
    const double proportion = static_cast<double>(grid.rows) / static_cast<double>(std::max<int64_t>(1, grid.columns));
    return style.map_width * std::clamp(proportion, 1 / style.longest, style.longest);
}

}  // namespace

HeatMapSize measure(const HeadGrid& grid, const HeadGridStyle& style) {
    const double map_height = map_height_of(grid, style);
    const double layers = static_cast<double>(grid.layers.size()), heads = static_cast<double>(grid.heads);
    HeatMapSize size;
    size.words_left = grid.layer_names.empty() ? 0 : widest(grid.layer_names, style.name_size, 200) + 2 * kWordGap;
    size.words_above = grid.head_names.empty() ? 0 : 1.9 * style.name_size;
    size.width = size.words_left + heads * style.map_width + (heads - 1) * style.gap;
    size.height = size.words_above + layers * map_height + (layers - 1) * style.gap;
    return size;
}

void draw_head_grid(Surface& page, Point top_left, const HeadGrid& grid, const HeadGridStyle& style) {
    const HeatMapSize size = measure(grid, style);
    const double map_height = map_height_of(grid, style);
    const double left = top_left.x + size.words_left, top = top_left.y + size.words_above;
    const int64_t per_head = grid.rows * grid.columns;
    for (size_t layer = 0; layer < grid.layers.size(); ++layer) {
        if (static_cast<int64_t>(grid.layers[layer].size()) != grid.heads * per_head) {
            fail(ErrorKind::bad_input, "head grid: expected ", grid.heads * per_head, " weights a layer, got ", grid.layers[layer].size());
        }
        const double y = top + static_cast<double>(layer) * (map_height + style.gap);
        for (int64_t head = 0; head < grid.heads; ++head) {
            const double x = left + static_cast<double>(head) * (style.map_width + style.gap);
            const Box box{page.snapped(x), page.snapped(y), style.map_width, map_height};
            draw_cells(page, box, grid.layers[layer].subspan(static_cast<size_t>(head * per_head), static_cast<size_t>(per_head)),
                       grid.rows, grid.columns, style.largest);
        }
        if (layer < grid.layer_names.size()) {
            page.text({left - 2 * kWordGap, y + map_height / 2 + 0.3 * style.name_size}, grid.layer_names[layer],
                      {.size = style.name_size, .colour = kFaint, .align = Align::end});
        }
    }
    for (size_t head = 0; head < grid.head_names.size(); ++head) {
        page.text({left + static_cast<double>(head) * (style.map_width + style.gap) + style.map_width / 2, top - 0.7 * style.name_size},
                  grid.head_names[head], {.size = style.name_size, .colour = kFaint, .align = Align::middle});
    }
}

}  // namespace heed::draw
