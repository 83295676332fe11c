#include <doctest/doctest.h>

#include <algorithm>

#include "draw/canvas.h"
#include "draw/font.h"
#include "draw/head_grid.h"
#include "draw/heat_map.h"
#include "models/sentence/encoder.h"
#include "models/sentence/picture.h"
#include "support/sentence.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

using namespace draw;
using tests::contains;
using tests::sentence;

Colour pixel(const Canvas& canvas, int x, int y) {
    const io::Image& image = canvas.image();
    REQUIRE(x >= 0);
    REQUIRE(y >= 0);
    REQUIRE(x < image.width);
    REQUIRE(y < image.height);
    const uint8_t* at = &image.pixels[3 * static_cast<size_t>(y * image.width + x)];
    return {at[0], at[1], at[2]};
}

// The box around everything that is not paper, in pixels: left, top, right, bottom (the last two exclusive).
struct Inked {
    int left = 0, top = 0, right = 0, bottom = 0;
};
Inked inked(const Canvas& canvas) {
    const io::Image& image = canvas.image();
    Inked box{image.width, image.height, 0, 0};
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            if (!(pixel(canvas, x, y) == kPaper)) {
                box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1), std::max(box.bottom, y + 1)};
            }
        }
    }
    return box;
}

// A glyph that begins with a box has a number in it.
bool is_box(char32_t code) {
    const std::vector<Point> strokes = glyph(code).segments, unknown = glyph(U'\uffff').segments;
    return strokes.size() > 8 && strokes[0].y == unknown[0].y && strokes[2].y == unknown[2].y && strokes[0].x == 0 && strokes[1].x == 0 &&
           strokes[3].x == strokes[4].x && strokes[7].x == 0;
}

double lightness(Colour c) {
    return 0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue;
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("colour: a larger weight is darker, all the way") {
        CHECK(lightness(heat(0)) > 240);
        CHECK(lightness(heat(1)) < 50);
        for (int i = 0; i < 100; ++i) {
            CHECK(lightness(heat((i + 1) / 100.0)) < lightness(heat(i / 100.0)));
        }
        CHECK(heat(-3) == heat(0));
        CHECK(heat(7) == heat(1));
        CHECK(heat(std::numeric_limits<double>::quiet_NaN()) == Colour{255, 0, 255});
        CHECK(readable_on(heat(0)) == kInk);
        CHECK(readable_on(heat(1)) == kPaper);
    }

    TEST_CASE("colour: at night paper is dark, ink is light, and a larger weight lighter") {
        CHECK(lightness(night(kPaper)) < 30);
        CHECK(lightness(night(kInk)) > 180);
        CHECK(lightness(night(kLine)) > lightness(night(kPaper)) + 20);
        for (int i = 0; i < 20; ++i) {
            CHECK(lightness(night(heat((i + 1) / 20.0))) > lightness(night(heat(i / 20.0))));
        }
        const Colour red = night({200, 40, 40});
        CHECK(red.red > 2 * red.green);  // the hue stays
    }

    TEST_CASE("canvas: a box covers its pixels and shades those it cuts") {
        Canvas canvas(10, 10, 1);
        canvas.fill({2, 3, 4, 2.5}, {0, 0, 0});
        CHECK(pixel(canvas, 2, 3) == Colour{0, 0, 0});
        CHECK(pixel(canvas, 5, 4) == Colour{0, 0, 0});
        CHECK(pixel(canvas, 5, 5) == Colour{128, 128, 128});
        CHECK(pixel(canvas, 6, 4) == kPaper);
        CHECK(pixel(canvas, 1, 3) == kPaper);
        canvas.fill({-5, -5, 100, 100}, {1, 2, 3});  // what lies outside is cut off
        CHECK(pixel(canvas, 9, 9) == Colour{1, 2, 3});
    }

    TEST_CASE("canvas: a text fills the width it is measured to have") {
        for (const std::string word : {"because", "Quiero", "\u00bfqu\u00e9 ma\u00f1ana?"}) {
            CAPTURE(word);
            Canvas canvas(200, 60);
            canvas.text({100, 40}, word, {.size = 20, .align = Align::middle});
            const Inked box = inked(canvas);
            const double width = text_width(word, 20);
            CHECK((box.right - box.left) / 2.0 == doctest::Approx(width).epsilon(0.06));
            CHECK((box.right + box.left) / 4.0 == doctest::Approx(100).epsilon(0.02));
            CHECK(box.top >= 2 * 18);     // 40 less a capital with its accent
            CHECK(box.bottom <= 2 * 48);  // 40 and a descender
        }
    }

    TEST_CASE("canvas: turned text climbs") {
        Canvas canvas(100, 100);
        canvas.text({50, 90}, "word", {.size = 20, .degrees = 90});
        const Inked box = inked(canvas);
        CHECK(box.bottom - box.top > 2 * (box.right - box.left));
        CHECK(box.bottom <= 2 * 92);
    }

    TEST_CASE("font: every printable sign has its strokes, what is unknown a box with its number") {
        for (char32_t code = U'!'; code <= U'~'; ++code) {
            const Glyph g = glyph(code);
            CAPTURE(static_cast<unsigned>(code));
            CHECK(!g.segments.empty());
            CHECK(!is_box(code));
            for (const Point p : g.segments) {
                CHECK(p.x >= 0);
                CHECK(p.x <= g.advance);
            }
        }
        CHECK(glyph(U' ').segments.empty());
        CHECK(is_box(U'\u0416'));
        CHECK(is_box(U'\u4e2d'));
        CHECK(is_box(U'\U0001f600'));
        CHECK(glyph(U'\u4e2d').segments.size() != glyph(U'\u4e11').segments.size());  // the numbers differ
        CHECK(glyph(U'\U0001f600').advance > glyph(U'\u4e2d').advance);
    }

    TEST_CASE("font: the letters of Europe's languages, with what they wear above and below") {
        const char32_t* const languages[] = {
            U"\u00e1\u00e9\u00ed\u00f3\u00fa\u00fc\u00f1\u00c1\u00c9\u00cd\u00d3\u00da\u00dc\u00d1\u00bf\u00a1\u00aa\u00ba",
            U"\u00e4\u00f6\u00fc\u00df\u00c4\u00d6\u00dc\u201e\u201c\u201a\u2018",
            U"\u00e0\u00e2\u00e6\u00e7\u00e9\u00e8\u00ea\u00eb\u00ee\u00ef\u00f4\u0153\u00f9\u00fb\u00ff\u00c0\u00c6\u00c7\u0152\u0178"
            U"\u00ab\u00bb",
            U"\u0105\u0107\u0119\u0142\u0144\u00f3\u015b\u017a\u017c\u0104\u0106\u0118\u0141\u0143\u015a\u0179\u017b",
            U"\u010d\u010f\u011b\u0148\u0159\u0161\u0165\u016f\u017e\u010c\u010e\u0158\u0160\u0164\u017d",
            U"\u0103\u0219\u021b\u0218\u021a\u011f\u0131\u0130\u015f\u0151\u0171\u00e5\u00f8\u00f0\u00fe\u0111\u0110"};
        for (const std::u32string_view language : languages) {
            for (const char32_t code : language) {
                CAPTURE(static_cast<unsigned>(code));
                CHECK(!is_box(code));
                CHECK(glyph(code).segments.size() > 1);
            }
        }
        const auto top = [](char32_t code) { return std::ranges::max(glyph(code).segments, {}, &Point::y).y; };
        const auto bottom = [](char32_t code) { return std::ranges::min(glyph(code).segments, {}, &Point::y).y; };
        CHECK(top(U'\u00e9') > top(U'e'));
        CHECK(top(U'\u00c9') > top(U'E'));
        CHECK(top(U'\u1ebf') > top(U'\u00ea'));  // a circumflex with an acute on it
        CHECK(bottom(U'\u0119') < bottom(U'e'));
        CHECK(top(U'\u00ed') != top(U'i'));  // in place of the dot
        CHECK(drawn("e\u0301\u200d\ufe0f!") == U"\u00e9!");
        CHECK(text_width("e\u0301te\u0301", 14) == text_width("\u00e9t\u00e9", 14));
    }

    TEST_CASE("font: a word is cut where there is no room") {
        CHECK(shortened("short", 14, 100) == "short");
        const std::string cut = shortened("Donaudampfschifffahrt", 14, 60);
        CHECK(contains(cut, "\u2026"));
        CHECK(text_width(cut, 14) <= 60);
        CHECK(shortened("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", 14, 40).find("\xc3\xe2") == std::string::npos);
    }

    TEST_CASE("font: a text in lines that fit") {
        const std::string words = "each patch's share of what the model answers from, in an extraordinarily-long-word-in-between case";
        const std::vector<std::string> lines = wrapped(words, 13, 120);
        std::string joined;
        for (const std::string& line : lines) {
            CHECK((text_width(line, 13) <= 120 || !contains(line, " ")));
            joined += (joined.empty() ? "" : " ") + line;
        }
        CHECK(joined == words);
        CHECK(lines.size() > 4);
        CHECK(wrapped("", 13, 120).empty());
        CHECK(wrapped("one line", 13, 120) == std::vector<std::string>{"one line"});
    }

    TEST_CASE("canvas: a picture is laid down pixel by pixel, what lies outside cut off") {
        Canvas canvas(4, 3, 2);
        const io::Image picture{.width = 3, .height = 1, .channels = 3, .pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9}};
        canvas.picture({1.5, 1}, picture);
        CHECK(pixel(canvas, 3, 2) == Colour{1, 2, 3});
        CHECK(pixel(canvas, 5, 2) == Colour{7, 8, 9});
        CHECK(pixel(canvas, 6, 2) == kPaper);
        canvas.picture({3.5, 2}, picture);
        CHECK(pixel(canvas, 7, 4) == Colour{1, 2, 3});
        canvas.picture({-1, -1}, picture);
        CHECK(pixel(canvas, 0, 0) == kPaper);
    }

    TEST_CASE("utf-8: there and back, and what is no UTF-8") {
        CHECK(decode_utf8("a\u00e9\u4e2d\U0001f600") == U"a\u00e9\u4e2d\U0001f600");
        CHECK(encode_utf8(U"a\u00e9\u4e2d\U0001f600") == "a\u00e9\u4e2d\U0001f600");
        CHECK(decode_utf8("a\xff\xc3") == U"a\uFFFD\uFFFD");
        CHECK(decode_utf8("\xc0\xaf") == U"\uFFFD\uFFFD");            // overlong
        CHECK(decode_utf8("\xed\xa0\x80") == U"\uFFFD\uFFFD\uFFFD");  // a surrogate
        CHECK(decode_utf8("\xf4\x90\x80\x80").size() == 4);           // past the last code point
    }

    TEST_CASE("heat map: cells have their weight's colour, where measure() says") {
        const std::vector<float> values{0, 0.5f, 1, 0.25f, 0, 0.75f};
        const HeatMap map{.rows = 2, .columns = 3, .values = values, .row_words = {"one", "two"}, .column_words = {"a", "b", "c"}};
        const HeatMapStyle style{.cell = 20, .percent = false};
        const HeatMapSize size = measure(map, style);
        Canvas canvas(size.width + 20, size.height + 20);
        draw_heat_map(canvas, {10, 10}, map, style);
        for (int row = 0; row < 2; ++row) {
            for (int column = 0; column < 3; ++column) {
                const int x = static_cast<int>(2 * (10 + size.words_left + 20 * column + 10));
                const int y = static_cast<int>(2 * (10 + size.words_above + 20 * row + 10));
                CHECK(pixel(canvas, x, y) == heat(static_cast<double>(values[static_cast<size_t>(3 * row + column)])));
            }
        }
        const Inked box = inked(canvas);
        CHECK(box.right <= 2 * (10 + size.width) + 2);
        CHECK(box.bottom <= 2 * (10 + size.height) + 2);
        CHECK(box.left >= 2 * 9);
        CHECK(box.top >= 2 * 9);
    }

    TEST_CASE("heat map, head grid: too few weights are a sentence") {
        const std::vector<float> values(5);
        Canvas canvas(100, 100);
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { draw_heat_map(canvas, {}, {.rows = 2, .columns = 3, .values = values}, {}); }),
                       "expected 2 x 3 weights, got 5"));
        const HeadGrid grid{.layers = {values}, .heads = 2, .rows = 2, .columns = 2};
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { draw_head_grid(canvas, {}, grid, {}); }), "expected 8 weights a layer, got 5"));
    }

    TEST_CASE("head grid: one map a head, one row a layer") {
        std::vector<float> dark(2 * 4, 1.0f), light(2 * 4, 0.0f);
        const HeadGrid grid{.layers = {dark, light}, .heads = 2, .rows = 2, .columns = 2};
        const HeadGridStyle style{.map_width = 20, .gap = 10};
        const HeatMapSize size = measure(grid, style);
        CHECK(size.width == doctest::Approx(50));
        CHECK(size.height == doctest::Approx(50));
        Canvas canvas(50, 50);
        draw_head_grid(canvas, {0, 0}, grid, style);
        CHECK(pixel(canvas, 20, 20) == heat(1));
        CHECK(pixel(canvas, 80, 20) == heat(1));
        CHECK(pixel(canvas, 50, 20) == kPaper);
        CHECK(pixel(canvas, 80, 80) == heat(0));
    }

    TEST_CASE("sentence picture: any length gives a page of sensible size") {
        for (const size_t words : {1u, 2u, 12u, 64u}) {
            SentenceAttention attention;
            attention.words.assign(words, "word");
            attention.bare.assign(words * words, 1.0f / static_cast<float>(words));
            attention.layers.assign(3, std::vector<float>(kSentenceHeads * words * words, 0.1f));
            const io::Image image = draw_sentence_attention(attention);
            CHECK(image.pixels.size() == image.bytes());
            CHECK(image.width > 1200);
            CHECK(image.width < 3000);
            CHECK(image.height < 2400);
        }
    }
}

}  // namespace heed
