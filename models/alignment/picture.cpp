#include "models/alignment/picture.h"

#include <algorithm>
#include <cmath>

#include "draw/canvas.h"
#include "draw/cells.h"
#include "draw/font.h"
#include "draw/head_grid.h"
#include "draw/heat_map.h"
#include "draw/svg.h"
#include "heed.h"
#include "io/file.h"
#include "io/png.h"
#include "models/attention_file.h"

namespace heed {
namespace {

using namespace draw;

constexpr double kMargin = 36, kBetween = 56;  // around the page, between its halves
constexpr double kTitle = 24, kSmall = 13, kLineStep = 1.5 * kSmall;
constexpr double kMapSide = 620, kMostSide = 1500;  // points that the large map's cells may take, and where words are too small there
constexpr double kMostCell = 40, kMostWord = 15;
constexpr double kWordyCell = 8, kBareCell = 5;                    // that words go well with, and below which there are none
constexpr double kSlantedCell = 22;                                // that is wide enough for slanted words above
constexpr double kGridSide = 760, kLeastMap = 18, kMostMap = 130;  // that all small maps may take, and one
constexpr double kLongest = 2;                                     // of a small map's sides, as multiples of the other
constexpr double kBarRoom = 54, kBarWidth = 200;
constexpr double kLeastColumn = 340;  // that words need
constexpr size_t kMostWords = 2000;   // on an axis

// Everything that is drawn, and where. Maps look into the numbers beside them: to be moved, not copied.
struct Layout {
    Alignment shown;
    std::vector<float> weights;  // of the large map
    HeatMap map;
    HeatMapStyle map_style;
    HeatMapSize map_size;
    HeadGrid grid;  // without layers: none
    HeadGridStyle grid_style;
    HeatMapSize grid_size;
    std::string title, line;
    std::vector<std::string> explanation;
    double top = 0, left = 0, below = 0;  // where the maps begin, the left half's width, where it goes on below its map
    double grid_drop = 0;                 // small maps hang level with the large one's cells
    double width = 0, height = 0;
};

std::string one_of(const char* name, std::optional<size_t> chosen, size_t count) {
    return chosen || count == 1 ? text(name, " ", chosen.value_or(0) + 1) : text("mean of ", count, " ", name, "s");
}

std::string line_of(const Alignment& alignment, const AlignmentPage& page) {
    if (alignment.layers.size() == 1 && alignment.heads == 1) {
        return page.model;
    }
    return text("cross-attention", page.model.empty() ? "" : " of " + page.model, ", ",
                one_of("layer", page.large.layer, alignment.layers.size()), ", ",
                one_of("head", page.large.head, static_cast<size_t>(alignment.heads)));
}

// A map is as high as its rows ask for, so its width is what both sides allow.
void lay_out_grid(Layout& out) {
    const Alignment& shown = out.shown;
    out.grid = {.heads = shown.heads, .rows = out.map.rows, .columns = out.map.columns};
    for (size_t layer = 0; layer < shown.layers.size(); ++layer) {
        out.grid.layers.emplace_back(shown.layers[layer]);
        out.grid.layer_names.push_back(text("layer ", layer + 1));
    }
    const double heads = static_cast<double>(shown.heads), layers = static_cast<double>(shown.layers.size());
    const double gap = shown.heads > 8 || layers > 8 ? 6 : 12;
    const double proportion = std::clamp(static_cast<double>(out.map.columns) / static_cast<double>(out.map.rows), 1 / kLongest, kLongest);
    const double wide = kGridSide / heads - gap, high = (kGridSide / layers - gap) * proportion;
    out.grid_style = {.map_width = std::floor(2 * std::clamp(std::min(wide, high), kLeastMap, kMostMap)) / 2,
                      .gap = gap,
                      .longest = kLongest,
                      .name_size = kSmall};
    for (int64_t head = 0; head < shown.heads; ++head) {
        const bool wordy = text_width("head 10", kSmall) < out.grid_style.map_width;
        out.grid.head_names.push_back(text(wordy ? "head " : "", head + 1));
    }
    out.grid_size = measure(out.grid, out.grid_style);
    out.grid_drop = std::max(0.0, out.map_size.words_above - out.grid_size.words_above);
}

Layout lay_out(const Alignment& alignment, const AlignmentPage& page) {
    Layout out;
    if (page.pieces) {
        Alignment pieces = alignment;
        pieces.source_words.clear(), pieces.target_words.clear();
        out.shown = by_words(pieces);
    } else {
        out.shown = by_words(alignment);
    }
    const size_t most = std::max(out.shown.source.size(), out.shown.target.size());
    if (most > kMostWords) {
        fail(ErrorKind::bad_input, "alignment: expected at most ", kMostWords, " words to draw, got ", most);
    }
    out.weights = mean_weights(out.shown, page.large);
    out.map = {.rows = static_cast<int64_t>(out.shown.target.size()),
               .columns = static_cast<int64_t>(out.shown.source.size()),
               .values = out.weights,
               .row_words = out.shown.target,
               .column_words = out.shown.source};
    const double at_least = std::min(kWordyCell, kMostSide / static_cast<double>(most));
    out.map_style.cell = std::clamp(kMapSide / static_cast<double>(most), at_least, kMostCell);
    if (out.map_style.cell < kBareCell) {
        out.map.row_words.clear(), out.map.column_words.clear();
    }
    out.map_style.word_size = std::min(kMostWord, 0.9 * out.map_style.cell);
    if (widest(out.map.column_words, out.map_style.word_size, kMostCell) < 0.9 * out.map_style.cell) {
        out.map_style.word_degrees = 0;
    } else if (out.map_style.cell < kSlantedCell) {
        out.map_style.word_degrees = 90;
    }
    out.map_size = measure(out.map, out.map_style);
    out.title = page.title;
    out.line = line_of(out.shown, page);
    out.left = std::max({out.map_size.width, out.map_size.words_left + kBarWidth + 40, kLeastColumn});
    out.explanation =
        wrapped(text("A row for each ", page.row, ", a column for each ", page.column, "; a row adds up to 100\u00a0%."), kSmall, out.left);
    out.top = kMargin + 1.4 * kTitle + 2.4 * kSmall;
    out.below = out.top + out.map_size.height + 16;
    double right = out.left, bottom = out.below + kBarRoom + kLineStep * static_cast<double>(out.explanation.size() - 1);
    if (page.every_head && out.shown.layers.size() * static_cast<size_t>(out.shown.heads) > 1) {
        lay_out_grid(out);
        right += kBetween + out.grid_size.width;
        bottom = std::max(bottom, out.top + out.grid_drop + out.grid_size.height);
    }
    out.width = 2 * kMargin + std::max({right, text_width(out.title, kTitle), text_width(out.line, kSmall)});
    out.height = bottom + kMargin;
    return out;
}

void draw_page(Surface& surface, const Layout& page) {
    surface.text({kMargin, kMargin + 0.8 * kTitle}, page.title, {.size = kTitle, .bold = true});
    surface.text({kMargin, kMargin + 1.4 * kTitle + 0.8 * kSmall}, page.line, {.size = kSmall, .colour = kFaint});
    draw_heat_map(surface, {kMargin, page.top}, page.map, page.map_style);
    if (!page.grid.layers.empty()) {
        draw_head_grid(surface, {kMargin + page.left + kBetween, page.top + page.grid_drop}, page.grid, page.grid_style);
    }
    draw_colour_bar(surface, {kMargin + page.map_size.words_left, page.below, kBarWidth, 12}, {});
    for (size_t i = 0; i < page.explanation.size(); ++i) {
        surface.text({kMargin, page.below + kBarRoom + kLineStep * static_cast<double>(i)}, page.explanation[i],
                     {.size = kSmall, .colour = kFaint});
    }
}

}  // namespace

io::Image draw_alignment(const Alignment& alignment, const AlignmentPage& page) {
    const Layout layout = lay_out(alignment, page);
    Canvas canvas(layout.width, layout.height);
    draw_page(canvas, layout);
    return canvas.image();
}

std::string alignment_svg(const Alignment& alignment, const AlignmentPage& page) {
    const Layout layout = lay_out(alignment, page);
    Svg svg(layout.width, layout.height, layout.title);
    draw_page(svg, layout);
    return svg.file();
}

void write_alignment(const std::filesystem::path& path, const Alignment& alignment, const AlignmentPage& page) {
    const std::filesystem::path ending = path.extension();
    if (ending == ".png") {
        io::write_png(path, draw_alignment(alignment, page));
    } else if (ending == ".svg") {
        const std::string svg = alignment_svg(alignment, page);
        io::write_file(path, std::as_bytes(std::span(svg)));
    } else if (ending == ".safetensors" || ending == ".json") {
        std::vector<LayerWeights> layers;
        for (const std::vector<float>& layer : alignment.layers) {
            layers.push_back(
                {.shape = {alignment.heads, static_cast<int64_t>(alignment.target.size()), static_cast<int64_t>(alignment.source.size())},
                 .values = layer});
        }
        const auto listed = [](const std::vector<std::string>& tokens) {
            std::string out;
            for (const std::string& token : tokens) {
                out += (&token == tokens.data() ? "" : "\n") + token;
            }
            return out;
        };
        write_attention(path, layers, {{"model", page.model}, {"source", listed(alignment.source)}, {"target", listed(alignment.target)}});
    } else {
        fail(ErrorKind::bad_input, path.string(), ": expected a name that ends in .png, .svg, .safetensors or .json, got '",
             path.filename().string(), "'");
    }
}

}  // namespace heed
