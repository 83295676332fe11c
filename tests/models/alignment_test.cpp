#include "models/alignment/alignment.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "draw/colour.h"
#include "heed.h"
#include "io/safetensors.h"
#include "models/alignment/picture.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::Folder;
using tests::sentence;

// Two layers of two heads, three tokens read and two written, which are two words and one.
Alignment small() {
    return {.source = {"cine", "ma", " now"},
            .target = {" ci", "ne"},
            .source_words = {0, 0, 1},
            .target_words = {0, 0},
            .heads = 2,
            .layers = {{0.5f, 0.25f, 0.25f, 0, 0.5f, 0.5f, 1, 0, 0, 0, 1, 0}, {0, 0, 1, 0, 0, 1, 0.25f, 0.25f, 0.5f, 0.5f, 0.25f, 0.25f}}};
}

// Words that look at one place each: the cell in `column` of every row.
Alignment one_hot(size_t source, size_t target, size_t column, size_t layers = 1, int64_t heads = 1) {
    Alignment out{.source = std::vector<std::string>(source, " word"),
                  .target = std::vector<std::string>(target, " palabra"),
                  .source_words = {},
                  .target_words = {},
                  .heads = heads,
                  .layers = {}};
    std::vector<float> weights(static_cast<size_t>(heads) * target * source, 0.0f);
    for (size_t row = 0; row < weights.size() / source; ++row) {
        weights[row * source + column] = 1;
    }
    out.layers.assign(layers, weights);
    return out;
}

// The box around what has that colour, in pixels: left, top, right, bottom (the last two exclusive).
struct Found {
    int left = std::numeric_limits<int>::max(), top = left, right = 0, bottom = 0;
};
Found find(const io::Image& image, draw::Colour colour, int above = std::numeric_limits<int>::max()) {
    Found box;
    for (int y = 0; y < std::min(above, image.height); ++y) {
        for (int x = 0; x < image.width; ++x) {
            const uint8_t* at = &image.pixels[3 * (static_cast<size_t>(y) * static_cast<size_t>(image.width) + static_cast<size_t>(x))];
            if (draw::Colour{at[0], at[1], at[2]} == colour) {
                box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1), std::max(box.bottom, y + 1)};
            }
        }
    }
    return box;
}

}  // namespace

TEST_SUITE("alignment") {
    TEST_CASE("alignment: what goes to a word is what goes to its parts, and a word looks as its parts on average") {
        const Alignment words = by_words(small());
        CHECK(words.source == std::vector<std::string>{"cinema", "now"});
        CHECK(words.target == std::vector<std::string>{"cine"});
        CHECK(words.source_words.empty());
        REQUIRE(words.layers.size() == 2);
        CHECK(words.layers[0] == std::vector<float>{0.625f, 0.375f, 1, 0});
        CHECK(words.layers[1] == std::vector<float>{0, 1, 0.625f, 0.375f});
        Alignment pieces = small();
        pieces.source_words.clear(), pieces.target_words.clear();
        CHECK(by_words(pieces).layers == small().layers);
        CHECK(by_words(pieces).target == std::vector<std::string>{"ci", "ne"});
    }

    TEST_CASE("alignment: the mean of all layers and heads, of those of a layer, of a head in all layers, one map") {
        const Alignment words = by_words(small());
        CHECK(mean_weights(words) == std::vector<float>{0.5625f, 0.4375f});
        CHECK(mean_weights(words, {.layer = 0}) == std::vector<float>{0.8125f, 0.1875f});
        CHECK(mean_weights(words, {.head = 1}) == std::vector<float>{0.8125f, 0.1875f});
        CHECK(mean_weights(words, {.layer = 1, .head = 0}) == std::vector<float>{0, 1});
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { mean_weights(words, {.layer = 2}); }),
                       "a layer below 2 and a head below 2, got 2 and 0"));
    }

    TEST_CASE("alignment: what contradicts itself is a sentence") {
        const auto complaint = [](const Alignment& alignment) {
            return sentence(ErrorKind::bad_input, [&] { draw_alignment(alignment); });
        };
        Alignment wrong = small();
        wrong.layers[1].pop_back();
        CHECK(complaint(wrong) == "alignment: expected 2 x 2 x 3 weights a layer, got 11");
        wrong = small();
        wrong.source_words = {0, 1};
        CHECK(complaint(wrong) == "alignment: expected a word for each of 3 tokens of the source, got 2");
        wrong.layers.clear();
        CHECK(complaint(wrong) ==
              "alignment: expected tokens on both sides and weights between them, got 3 and 2 tokens, 0 layers and 2 heads");
        CHECK(contains(complaint(one_hot(2001, 1, 0)), "at most 2000 words to draw, got 2001"));
    }

    TEST_CASE("alignment picture: the darkest cells are where the weights are, in the large map and in the small ones") {
        const double cell = 2 * 40, margin = 2 * 36;  // pixels
        const AlignmentPage alone{.every_head = false};
        const io::Image first = draw_alignment(one_hot(6, 4, 1), alone), later = draw_alignment(one_hot(6, 4, 4), alone);
        const int map_bottom = first.height - static_cast<int>(margin) - 2 * 75;  // the scale below it is as dark at its end
        const Found at = find(first, draw::heat(1), map_bottom), moved = find(later, draw::heat(1), map_bottom);
        CHECK(std::abs(at.right - at.left - cell) <= 3);  // less the frame and the numbers
        CHECK(std::abs(at.bottom - at.top - 4 * cell) <= 3);
        CHECK(moved.left - at.left == static_cast<int>(3 * cell));
        CHECK(moved.top == at.top);

        const io::Image grid = draw_alignment(one_hot(6, 4, 1, 3, 2));
        const Found all = find(grid, draw::heat(1));
        CHECK(grid.width > first.width);
        CHECK(all.right > first.width);
        Alignment one = one_hot(6, 4, 1, 3, 2);
        for (std::vector<float>& layer : one.layers) {
            std::ranges::fill(layer, 0.1f);
        }
        std::fill_n(one.layers[2].begin() + 24, 24, 1.0f);  // the last head is dark all over
        const Found last = find(draw_alignment(one), draw::heat(1));
        CHECK(last.right >= all.right - 5 * 130);
        CHECK(last.left > first.width);
    }

    TEST_CASE("alignment picture: any number of words, layers and heads gives a page of sensible size") {
        struct Shape {
            size_t source, target, layers;
            int64_t heads;
        };
        for (const Shape& shape :
             {Shape{1, 1, 1, 1}, {9, 7, 6, 8}, {60, 1, 6, 8}, {1, 60, 6, 8}, {130, 90, 2, 4}, {20, 20, 12, 16}, {400, 500, 1, 1}}) {
            CAPTURE(text(shape.source, "x", shape.target, ", ", shape.layers, "x", shape.heads));
            const io::Image image = draw_alignment(one_hot(shape.source, shape.target, 0, shape.layers, shape.heads));
            CHECK(image.pixels.size() == image.bytes());
            CHECK(image.width > 600);
            CHECK(image.width < 4400);
            CHECK(image.height > 300);
            CHECK(image.height < 3600);
        }
    }

    TEST_CASE("alignment picture: as SVG it has every word as it is written, also where the font of the PNG ends") {
        Alignment alignment = small();
        alignment.source = {"\u0623", "\u062d", " <\u732b>"};
        const std::string words = alignment_svg(alignment, {.title = "Whence?", .model = "A & B"});
        for (const char* word : {">\u0623\u062d<", ">&lt;\u732b&gt;<", ">cine<", ">Whence?<",
                                 ">cross-attention of A &amp; B, mean of 2 layers, mean of 2 heads<", ">layer 2<", ">head 2<"}) {
            CAPTURE(word);
            CHECK(contains(words, word));
        }
        const std::string pieces = alignment_svg(alignment, {.pieces = true, .large = {.layer = 1, .head = 0}, .every_head = false});
        for (const char* word : {">\u0623<", ">\u062d<", ">ci<", ">ne<", ">cross-attention, layer 2, head 1<"}) {
            CHECK(contains(pieces, word));
        }
        CHECK(!contains(pieces, ">head 2<"));
    }

    TEST_CASE("alignment: written as a picture or as numbers, by the ending of the name") {
        const Folder folder;
        for (const char* name : {"a.png", "a.svg", "a.safetensors", "a.json"}) {
            write_alignment(folder.path / name, small());
            CHECK(std::filesystem::file_size(folder.path / name) > 100);
        }
        CHECK(tests::contents(folder.path / "a.png").substr(1, 3) == "PNG");
        CHECK(tests::contents(folder.path / "a.svg").starts_with("<svg "));
        const io::SafeTensors tensors = io::SafeTensors::open(folder.path / "a.safetensors");
        REQUIRE(tensors.find("attention.1") != nullptr);
        CHECK(tensors.find("attention.1")->shape == std::vector<int64_t>{2, 2, 3});
        CHECK(tensors.metadata().at("target") == " ci\nne");
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { write_alignment(folder.path / "a.gif", small()); }), ".json, got 'a.gif'"));
    }
}

}  // namespace heed
