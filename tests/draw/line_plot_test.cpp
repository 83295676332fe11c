#include "draw/line_plot.h"

#include <doctest/doctest.h>

#include <cmath>

#include "draw/canvas.h"
#include "draw/svg.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace draw;
using tests::contains;

Colour pixel(const Canvas& canvas, int x, int y) {
    const io::Image& image = canvas.image();
    const uint8_t* at = &image.pixels[3 * static_cast<size_t>(y * image.width + x)];
    return {at[0], at[1], at[2]};
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("line plot: ticks are round and lie within the axis") {
        CHECK(round_ticks({0, 10}, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
        CHECK(tick_names(round_ticks({-0.31, 0.29}, 6)) == std::vector<std::string>{"-0.3", "-0.2", "-0.1", "0.0", "0.1", "0.2"});
        CHECK(tick_names(round_ticks({99.5, 131}, 4)) == std::vector<std::string>{"100", "110", "120", "130"});
        CHECK(tick_names({2e7, 4e7}) == std::vector<std::string>{"2e+07", "4e+07"});
        for (const double size : {1e-30, 3e-7, 1.0, 7e11, 1e90}) {
            for (size_t about = 1; about < 12; ++about) {
                const std::vector<double> ticks = round_ticks({-0.37 * size, 1.21 * size}, about);
                CHECK(ticks.size() >= 1);
                CHECK(ticks.size() <= about + 1);
                CHECK(tick_names(ticks).size() == ticks.size());
            }
        }
    }

    TEST_CASE("line plot: an axis over numbers leaves out what is none, and what does not change lies in its middle") {
        const Axis axis = axis_over({1, NAN, 3, INFINITY}, 0);
        CHECK(axis.least == 1);
        CHECK(axis.most == 3);
        const Axis flat = axis_over({5, 5});
        CHECK(flat.part(5) == doctest::Approx(0.5));
        CHECK(axis_over({}).most > axis_over({}).least);
        CHECK(axis_over({0, 0}).most > 0);
    }

    TEST_CASE("line plot: curves, dashes, dots, bands and their names; gaps are left out") {
        LinePlot plot{.bands = {{.name = "band", .x = {0, 1, 2}, .low = {0, 1, 0}, .high = {2, 3, NAN}}}, .x_name = "x & more"};
        plot.curves = {{.name = "line", .points = {{0, 0}, {1, 1}, {1.5, NAN}, {2, 0}, {3, 3}}, .colour = {200, 0, 0}},
                       {.name = "dashes", .points = {{0, 3}, {3, 0}}, .look = Curve::Look::dashes},
                       {.name = "", .points = {{1, 2}}, .colour = {0, 0, 200}, .look = Curve::Look::dots}};
        plot.divide = 1;
        Svg svg(400, 300, "plot");
        draw_line_plot(svg, {10, 10, 380, 280}, plot);
        const std::string file = svg.file();
        for (const char* part : {">band</text>", ">line</text>", ">dashes</text>", "x &amp; more", "class=\"a c"}) {
            CHECK(contains(file, part));
        }
        CHECK(!contains(file, "nan"));
        Canvas canvas(400, 300);
        draw_line_plot(canvas, {10, 10, 380, 280}, plot);
        bool red = false, blue = false;
        for (int y = 0; y < canvas.image().height; ++y) {
            for (int x = 0; x < canvas.image().width; ++x) {
                red |= pixel(canvas, x, y) == Colour{200, 0, 0};
                blue |= pixel(canvas, x, y) == Colour{0, 0, 200};
            }
        }
        CHECK(red);
        CHECK(blue);
        draw_line_plot(canvas, {0, 0, 400, 300}, {});
    }

    TEST_CASE("canvas: an area has no seams, and edges as sharp as its points say") {
        Canvas canvas(20, 10, 1);
        const std::vector<Point> above{{2, 2}, {5.5, 2}, {9.25, 2}, {16, 2}}, below{{2, 8}, {5.5, 8}, {9.25, 8}, {16, 8}};
        canvas.area(above, below, {10, 20, 30});
        for (int x = 2; x < 16; ++x) {
            CHECK(pixel(canvas, x, 5) == Colour{10, 20, 30});
        }
        CHECK(pixel(canvas, 1, 5) == kPaper);
        CHECK(pixel(canvas, 16, 5) == kPaper);
        CHECK(pixel(canvas, 8, 1) == kPaper);
        CHECK(pixel(canvas, 8, 8) == kPaper);
    }
}

}  // namespace heed
