#include "draw/heat_map.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numbers>
#include <sstream>

#include "base/error.h"
#include "draw/cells.h"
#include "draw/font.h"

namespace heed::draw {
namespace {

constexpr double kSmallestNumber = 8;  // points; smaller ones are left out

void draw_percentages(Surface& page, Box box, const HeatMap& map, const HeatMapStyle& style) {
    const double size = std::min(14.0, style.cell * 0.36);
    if (size < kSmallestNumber) {
        return;
    }
    for (int64_t row = 0; row < map.rows; ++row) {
        for (int64_t column = 0; column < map.columns; ++column) {
            const double value = map.values[static_cast<size_t>(row * map.columns + column)];
            const long percent = std::isfinite(value) ? std::lround(100 * value) : 0;
            if (percent >= 1) {
                const Point at{box.x + (static_cast<double>(column) + 0.5) * style.cell,
                               box.y + (static_cast<double>(row) + 0.5) * style.cell + 0.35 * size};
                page.text(at, std::to_string(percent),
                          {.size = size, .colour = readable_on(heat(value / style.largest)), .align = Align::middle});
            }
        }
    }
}

}  // namespace

HeatMapSize measure(const HeatMap& map, const HeatMapStyle& style) {
    HeatMapSize size;
    const double left = widest(map.row_words, style.word_size, style.word_room);
    const double above = widest(map.column_words, style.word_size, style.word_room);
    const double angle = style.word_degrees * std::numbers::pi / 180;
    size.words_left = map.row_words.empty() ? 0 : left + kWordGap;
    size.words_above = map.column_words.empty() ? 0 : above * std::sin(angle) + style.word_size * std::cos(angle) + kWordGap;
    // the last words above lean out to the right
    const double behind = style.word_degrees == 0 ? above / 2 : above * std::cos(angle);
    const double lean = map.column_words.empty() ? 0 : std::max(0.0, behind - style.cell / 2);
    size.width = size.words_left + style.cell * static_cast<double>(map.columns) + lean;
    size.height = size.words_above + style.cell * static_cast<double>(map.rows);
    return size;
}

void draw_heat_map(Surface& page, Point top_left, const HeatMap& map, const HeatMapStyle& style) {
    const HeatMapSize size = measure(map, style);
    const Box box{page.snapped(top_left.x + size.words_left), page.snapped(top_left.y + size.words_above),
                  style.cell * static_cast<double>(map.columns), style.cell * static_cast<double>(map.rows)};
    draw_cells(page, box, map.values, map.rows, map.columns, style.largest);
    if (style.percent) {
        draw_percentages(page, box, map, style);
    }
    for (size_t row = 0; row < map.row_words.size(); ++row) {
        const Point at{box.x - kWordGap, box.y + (static_cast<double>(row) + 0.5) * style.cell + 0.3 * style.word_size};
        page.text(at, shortened(map.row_words[row], style.word_size, style.word_room), {.size = style.word_size, .align = Align::end});
    }
    for (size_t column = 0; column < map.column_words.size(); ++column) {
        const bool level = style.word_degrees == 0;  // and so above the middle of its column
        const Point at{box.x + (static_cast<double>(column) + 0.5) * style.cell + (level ? 0 : 0.25 * style.word_size), box.y - kWordGap};
        page.text(at, shortened(map.column_words[column], style.word_size, style.word_room),
                  {.size = style.word_size, .align = level ? Align::middle : Align::start, .degrees = style.word_degrees});
    }
}

double ColourScale::level(double share) const {
    const double part = largest > least ? (share - least) / (largest - least) : share - least;
    return roots && part > 0 ? std::sqrt(part) : part;  // NaN stays
}

double ColourScale::share(double level) const {
    return least + (largest - least) * (roots ? level * level : level);
}

void draw_colour_bar(Surface& page, Box box, const ColourScale& scale) {
    constexpr int kMarks = 4;
    constexpr double kSize = 12;
    const double step = 1.0 / page.pixels_per_point();
    for (double x = 0; x < box.width; x += step) {
        page.fill({page.snapped(box.x) + x, box.y, step, box.height}, scale.colour(x / box.width));
    }
    draw_frame(page, box);
    const double apart = 100 * (scale.share(1.0 / kMarks) - scale.share(0));
    const int decimals = apart > 0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(apart / 5))), 0, 4) : 0;
    for (int i = 0; i <= kMarks; ++i) {
        const double part = static_cast<double>(i) / kMarks;
        std::ostringstream number;
        number << std::fixed << std::setprecision(decimals) << 100 * scale.share(part) << (i == kMarks ? " %" : "");
        page.text({box.x + part * box.width, box.y + box.height + 1.35 * kSize}, number.str(),
                  {.size = kSize, .colour = kFaint, .align = Align::middle});
    }
}

}  // namespace heed::draw
