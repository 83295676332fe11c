#include "models/zoo/diagrams.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "draw/cells.h"
#include "draw/font.h"
#include "draw/heat_map.h"
#include "models/nn/positions.h"
#include "models/zoo/arrows.h"

namespace heed::zoo {
namespace {

using namespace draw;

constexpr double kMargin = 30, kTitle = 22, kHeading = 15, kSmall = 13, kLineStep = 1.5 * kSmall;
constexpr int64_t kPositions = 32, kChannels = 32;
constexpr double kMapSide = 340, kMapTop = kMargin + 1.5 * kTitle + kHeading + kLineStep + 14;
constexpr double kAxisRoom = 40, kMapsGap = 60;

void draw_text(Surface& surface, Point at, const char* words, double width) {
    for (const std::string& line : wrapped(words, kSmall, width)) {
        surface.text(at, line, {.size = kSmall, .colour = kFaint});
        at.y += kLineStep;
    }
}

void draw_map(Surface& surface, Box box, const std::vector<float>& values, int64_t rows, int64_t columns, const char* heading,
              const char* line) {
    surface.text({box.x, box.y - kLineStep - 14}, heading, {.size = kHeading, .bold = true});
    surface.text({box.x, box.y - 12}, line, {.size = kSmall, .colour = kFaint});
    draw_cells(surface, box, values, rows, columns, 1);
    for (int64_t row = 0; row < rows; row += 10) {
        surface.text({box.x - 6, box.y + box.height * (static_cast<double>(row) + 0.5) / static_cast<double>(rows) + 4},
                     std::to_string(row), {.size = 11, .colour = kFaint, .align = Align::end});
    }
}

void draw_positions(Surface& surface) {
    const std::vector<float> waves = nn::sinusoidal_positions(kPositions, kChannels);
    std::vector<float> levels, alike;
    std::ranges::transform(waves, std::back_inserter(levels),
                           [](float wave) { return std::round(12 * (wave + 1)) / 24; });  // as many colours as can be told apart
    for (int64_t one = 0; one < kPositions; ++one) {
        for (int64_t other = 0; other < kPositions; ++other) {
            float sum = 0;
            for (int64_t c = 0; c < kChannels; ++c) {
                sum += waves[static_cast<size_t>(one * kChannels + c)] * waves[static_cast<size_t>(other * kChannels + c)];
            }
            const float cosine = sum / (kChannels / 2);
            alike.push_back(std::round(24 * cosine * cosine) / 24);
        }
    }
    surface.text({kMargin, kMargin + 0.8 * kTitle}, "Positions as waves", {.size = kTitle, .bold = true});
    const double left = kMargin + kAxisRoom;
    draw_map(surface, {left, kMapTop, kMapSide, kMapSide}, levels, kPositions, kChannels, "what is added to a word",
             "rows: positions; columns: channels, fast waves first");
    draw_map(surface, {left + kMapSide + kMapsGap, kMapTop, kMapSide, kMapSide}, alike, kPositions, kPositions,
             "how alike two positions are", "the square of their cosine");
    draw_text(
        surface, {kMargin, kMapTop + kMapSide + 2 * kSmall},
        "Every channel is a sine or a cosine of the position, each pair slower than the one before. Positions that are near each other "
        "have waves that are nearly alike, and a fixed step turns every pair by a fixed angle wherever it is taken.",
        kAxisRoom + 2 * kMapSide + kMapsGap);
}

// A block of a transformer, from below upwards.
struct Part {
    const char* name;
    Colour colour;
    bool branches = false;  // what comes in here is added behind `joins` parts
    int joins = 0;
};

constexpr double kPartWidth = 190, kPartHeight = 30, kPartGap = 36;

double block_height(size_t parts) {
    return static_cast<double>(parts) * (kPartHeight + kPartGap) + kPartGap;
}

void draw_block(Surface& surface, Point bottom, const char* heading, const std::vector<Part>& parts) {
    const double x = bottom.x + kPartWidth / 2;
    surface.text({bottom.x, bottom.y - block_height(parts.size()) - 44}, heading, {.size = kHeading, .bold = true});
    double y = bottom.y;
    std::vector<std::pair<double, double>> arcs;  // from and to
    for (size_t i = 0; i < parts.size(); ++i) {
        draw_arrow(surface, {{x, y}, {x, y - kPartGap + 1}}, kCarrying);
        const auto top = [&](size_t part) { return bottom.y - static_cast<double>(part + 1) * (kPartHeight + kPartGap); };
        if (parts[i].branches) {
            arcs.emplace_back(y - 24, top(i + static_cast<size_t>(parts[i].joins) - 1) - 10);
        }
        y -= kPartGap;
        draw_part(surface, {bottom.x, y - kPartHeight, kPartWidth, kPartHeight}, parts[i].name, parts[i].colour, kSmall);
        y -= kPartHeight;
    }
    draw_arrow(surface, {{x, y}, {x, y - kPartGap + 1}}, kCarrying);
    surface.text({x, y - kPartGap - 6}, "to the next block", {.size = kSmall, .colour = kFaint, .align = Align::middle});
    surface.text({x, bottom.y + 16}, "words and positions", {.size = kSmall, .colour = kFaint, .align = Align::middle});
    for (const auto& [from, to] : arcs) {
        const double around = bottom.x + kPartWidth + 16;
        draw_dot(surface, {x, from}, 5, kCarrying);
        draw_arrow(surface, {{x, from}, {around, from}, {around, to}, {x + 7, to}}, kCarrying);
        draw_dot(surface, {x, to}, 13, kCarrying);
        surface.line({x - 3.5, to}, {x + 3.5, to}, 1.4, kPaper);
        surface.line({x, to - 3.5}, {x, to + 3.5}, 1.4, kPaper);
    }
}

void draw_blocks(Surface& surface) {
    const Part attention{"multi-head attention", kLooking}, feed{"feed-forward", kForwards}, norm{"norm", kBackwards};
    const auto branching = [](Part part, int joins) {
        part.branches = true, part.joins = joins;
        return part;
    };
    const double bottom = kMargin + 1.5 * kTitle + 60 + block_height(4);
    surface.text({kMargin, kMargin + 0.8 * kTitle}, "A block, and where its norms stand", {.size = kTitle, .bold = true});
    draw_block(surface, {kMargin, bottom}, "norms behind (BERT, Marian)", {branching(attention, 1), norm, branching(feed, 1), norm});
    draw_block(surface, {kMargin + kPartWidth + 130, bottom}, "norms before (ViT, T5)",
               {branching(norm, 2), attention, branching(norm, 2), feed});
    draw_text(surface, {kMargin, bottom + 50},
              "Attention moves something from word to word, the feed-forward layers work on each word alone, and both only add to what is "
              "there (grey, with a plus). With the norms before, the sum runs through all blocks untouched.",
              2 * kPartWidth + 150);
}

struct Chip {
    const char* words;
    Colour colour;
};

void draw_chips(Surface& surface, Point at, const std::vector<Chip>& chips, double width, std::vector<double>& rows) {
    for (const Chip& chip : chips) {
        draw_part(surface, {at.x, at.y, width, kPartHeight}, chip.words, chip.colour, kSmall);
        rows.push_back(at.y + kPartHeight / 2);
        at.y += kPartHeight + 12;
    }
}

void draw_folder(Surface& surface) {
    surface.text({kMargin, kMargin + 0.8 * kTitle}, "A folder as it was published", {.size = kTitle, .bold = true});
    const double top = kMargin + 2.4 * kTitle, files = kMargin, model = files + 300, families = model + 220;
    std::vector<double> from, to;
    draw_chips(surface, {files, top + 63},
               {{"config.json", kForwards},
                {"model.safetensors, or shards", kForwards},
                {"the tokenizer's files", kForwards},
                {"preprocessor_config.json", kForwards}},
               230, from);
    draw_chips(surface, {families, top},
               {{"ViT, DeiT, DINOv2", kLooking},
                {"BERT, RoBERTa", kLooking},
                {"DistilBERT", kLooking},
                {"Marian, T5", kLooking},
                {"BART, mBART", kLooking},
                {"timm's ViT", kLooking},
                {"CTranslate2", kLooking}},
               150, to);
    const double middle = (to.front() + to.back()) / 2;
    for (const double y : from) {
        draw_arrow(surface, {{files + 230, y}, {model - 1, middle + (y - middle) * 0.25}}, kCarrying);
    }
    for (const double y : to) {
        draw_arrow(surface, {{model + 130, middle + (y - middle) * 0.12}, {families - 1, y}}, kCarrying);
    }
    draw_part(surface, {model, middle - 24, 130, 48}, "model_type", kBackwards, kHeading);
    draw_text(surface, {kMargin, to.back() + 50},
              "Nothing is converted: heed reads the config, picks the family by its model_type, finds the tensors by the names they were "
              "published under, and reads words and pictures as the folder's other files say.",
              families + 150 - kMargin);
}

}  // namespace

Page positions_page() {
    return {.title = "Positions as waves",
            .width = 2 * kMargin + kAxisRoom + 2 * kMapSide + kMapsGap,
            .height = kMapTop + kMapSide + 2 * kSmall + 2 * kLineStep + kMargin,
            .draw = draw_positions};
}

Page blocks_page() {
    return {.title = "A block, and where its norms stand",
            .width = 2 * kMargin + 2 * kPartWidth + 170,
            .height = kMargin + 1.5 * kTitle + 60 + block_height(4) + 50 + 3 * kLineStep + kMargin,
            .draw = draw_blocks};
}

Page folder_page() {
    return {.title = "A folder as it was published", .width = 2 * kMargin + 670, .height = 450, .draw = draw_folder};
}

}  // namespace heed::zoo
