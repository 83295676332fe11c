#include "models/sentence/picture.h"

#include <algorithm>
#include <cmath>

#include "draw/font.h"
#include "draw/head_grid.h"
#include "draw/heat_map.h"
#include "heed.h"
#include "models/sentence/encoder.h"

namespace heed {
namespace {

using namespace draw;

constexpr double kMargin = 36, kBetween = 64;  // around the page, between its halves
constexpr double kTitle = 24, kHeading = 17, kSmall = 13;
constexpr double kHeadingRoom = 52;  // a heading and the line under it
constexpr double kFooter = 64;       // the colour bar and how to read it
constexpr double kMapSide = 430;     // points the cells of the large map may take

struct Page {
    HeatMap map;
    HeatMapStyle map_style;
    HeadGrid grid;
    HeadGridStyle grid_style;
    HeatMapSize map_size, grid_size;
    double top = 0;  // of what is below the headings
    double left_width = 0, right_width = 0;
};

const char* kBareHeading = "With no weights at all";
const char* kBareLine = "softmax(V V\u1d40 / \u221ad): words spelt alike find each other";
const char* kGridLine = "every head wired by hand to do one thing; nothing is trained";
const char* kLegend[][2] = {{"alike", "words spelt like this one"},
                            {"before", "the word one, two, three places before it"},
                            {"after", "the same, behind it"},
                            {"recall", "the word that came after words like this one, once the layer"},
                            {"", "above has brought each word the one before it"}};
constexpr double kLegendIndent = 60, kLegendLine = 1.55 * kSmall;

std::string grid_heading(const Page& page) {
    return text("A transformer encoder: ", page.grid.layers.size(), " layers, ", page.grid.heads, " heads each");
}

Page lay_out(const SentenceAttention& attention) {
    Page page;
    const int64_t words = static_cast<int64_t>(attention.words.size());
    page.map = {.rows = words, .columns = words, .values = attention.bare, .row_words = attention.words, .column_words = attention.words};
    const double cell = std::clamp(std::floor(2 * kMapSide / static_cast<double>(words)) / 2, 5.0, 42.0);
    page.map_style = {.cell = cell, .word_size = std::min(15.0, cell * 0.95)};
    page.map_size = measure(page.map, page.map_style);

    page.grid = {.heads = kSentenceHeads, .rows = words, .columns = words};
    for (size_t layer = 0; layer < attention.layers.size(); ++layer) {
        page.grid.layers.emplace_back(attention.layers[layer]);
        page.grid.layer_names.push_back(text("layer ", layer + 1));
    }
    page.grid.head_names.assign(std::begin(kSentenceHeadNames), std::end(kSentenceHeadNames));
    page.grid_size = measure(page.grid, page.grid_style);

    page.top = kMargin + 2.1 * kTitle + kHeadingRoom;
    page.left_width = std::max(page.map_size.width, text_width(kBareLine, kSmall));
    page.right_width = std::max(page.grid_size.width, text_width(grid_heading(page), kHeading));
    return page;
}

void draw_heading(Canvas& canvas, double x, double top, const std::string& heading, const std::string& line) {
    canvas.text({x, top - kHeadingRoom + kHeading}, heading, {.size = kHeading, .bold = true});
    canvas.text({x, top - kHeadingRoom + kHeading + 1.6 * kSmall}, line, {.size = kSmall, .colour = kFaint});
}

// What the heads do, below their maps.
void draw_legend(Canvas& canvas, Point at) {
    for (const auto& [name, meaning] : kLegend) {
        at.y += kLegendLine;
        canvas.text(at, name, {.size = kSmall});
        canvas.text({at.x + kLegendIndent, at.y}, meaning, {.size = kSmall, .colour = kFaint});
    }
}

}  // namespace

io::Image draw_sentence_attention(const SentenceAttention& attention) {
    const Page page = lay_out(attention);
    const double right = kMargin + page.left_width + kBetween;
    // the small maps hang level with the large one's cells
    const double drop = std::max(0.0, page.map_size.words_above - page.grid_size.words_above);
    const double legend = page.top + drop + page.grid_size.height + 0.5 * kSmall;
    const double bottom = std::max(page.top + page.map_size.height, legend + std::size(kLegend) * kLegendLine) + 1.5 * kSmall;
    Canvas canvas(right + page.right_width + kMargin, bottom + kFooter + kMargin);

    canvas.text({kMargin, kMargin + 0.8 * kTitle}, "Where each word looks", {.size = kTitle, .bold = true});
    draw_heading(canvas, kMargin, page.top, kBareHeading, kBareLine);
    draw_heat_map(canvas, {kMargin, page.top}, page.map, page.map_style);
    draw_heading(canvas, right, page.top, grid_heading(page), kGridLine);
    draw_head_grid(canvas, {right, page.top + drop}, page.grid, page.grid_style);
    draw_legend(canvas, {right + page.grid_size.words_left, legend});

    draw_colour_bar(canvas, {kMargin + page.map_size.words_left, bottom + 14, 220, 12}, {});
    canvas.text({kMargin + page.map_size.words_left + 256, bottom + 24},
                "A row for each word that looks, a column for each word looked at; a row adds up to 100 %.",
                {.size = kSmall, .colour = kFaint});
    return canvas.image();
}

}  // namespace heed
