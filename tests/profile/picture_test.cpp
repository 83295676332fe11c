#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "draw/canvas.h"
#include "draw/label_places.h"
#include "draw/svg.h"
#include "profile/memory_page.h"
#include "profile/picture.h"
#include "profile/roof_points.h"
#include "profile/roofline_page.h"
#include "support/encoder_profile.h"
#include "support/made_up_profile.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace profile;
using tests::contains;

std::string svg_of(const draw::Page& page) {
    draw::Svg svg(page.size.width, page.size.height, page.title);
    page.draw(svg);
    return svg.file();
}

// How many pixels of a drawn page have just that colour.
size_t pixels_of(const draw::Page& page, draw::Colour colour) {
    draw::Canvas canvas(page.size.width, page.size.height, 1);
    page.draw(canvas);
    const std::vector<uint8_t>& pixels = canvas.image().pixels;
    size_t count = 0;
    for (size_t i = 0; i + 2 < pixels.size(); i += 3) {
        count += draw::Colour{pixels[i], pixels[i + 1], pixels[i + 2]} == colour ? 1 : 0;
    }
    return count;
}

bool meet(const draw::Box& a, const draw::Box& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("labels: beside dots that lie on one another, over nothing that is there; none where there is no room") {
        const draw::Box inside{0, 0, 300, 200}, taken{140, 40, 60, 40};
        std::vector<draw::Label> labels;
        for (int i = 0; i < 5; ++i) {
            labels.push_back({.dot = {150.0 + i % 3, 100}, .radius = 10, .width = 16, .height = 15});
        }
        const auto places = draw::place_labels(labels, {taken, {140, 90, 22, 20}}, inside);
        REQUIRE(places.size() == labels.size());
        for (size_t i = 0; i < places.size(); ++i) {
            REQUIRE(places[i]);
            const draw::Box& box = places[i]->box;
            CHECK((box.x >= 0 && box.y >= 0 && box.x + box.width <= 300 && box.y + box.height <= 200));
            CHECK_FALSE(meet(box, taken));
            for (size_t k = 0; k < i; ++k) {
                CHECK_FALSE(meet(box, places[k]->box));
            }
        }
        CHECK_FALSE(places.front()->leader);
        CHECK(places.back()->leader);
        CHECK_FALSE(draw::place_labels(labels, {inside}, inside).front());
    }

    TEST_CASE("roof points: dispatches that are alike are one, and all of them are all of the time") {
        const Profile profile = tests::made_up_profile({.noise = 0});
        const std::vector<RoofPoint> points = roof_points(profile, summary_of(profile));
        CHECK(points.size() == 13);  // no two are alike
        const auto share = [](double sum, const RoofPoint& point) { return sum + point.share; };
        CHECK(std::accumulate(points.begin(), points.end(), 0.0, share) == doctest::Approx(1));
        for (const RoofPoint& point : points) {
            CHECK(point.rating.roof == doctest::Approx(0.5));
        }
        // 3 times a round: 59495424 FLOP, 119223252 bytes at between 300 and 200 GB/s, twice as long as the roof allows
        CHECK(points[0].shape == "1x512 * 512x58101 -> 1x58101");
        CHECK(points[0].work.flops == doctest::Approx(3 * 59495424.0));
        CHECK(points[0].intensity() == doctest::Approx(59495424.0 / 119223252));
        CHECK(points[0].lost() == doctest::Approx(points[0].seconds / 2));
        const Profile encoder = tests::encoder_profile({.layers = 5, .rounds = 4});
        const auto alike = roof_points(encoder, summary_of(encoder));
        CHECK(std::ranges::count(alike, 5, &RoofPoint::dispatches) >= 10);
        CHECK(std::ranges::count(alike, std::string("layer_norm"), &RoofPoint::op) == 2);
    }

    TEST_CASE("roofline: device, roofs, levels of memory, ops and what lies furthest below its roof are on it, as an SVG and as pixels") {
        const Profile profile = tests::encoder_profile({.rounds = 6});
        const std::string file = svg_of(roofline_page(profile));
        for (const char* part : {"made-up encoder", "Made-up Processor (256 bits) \u00b7 made-up driver 25.0.7 \u00b7 a software device",
                                 "computing: 182 GFLOP/s", "memory beyond the caches: 12.1 GB/s", "91.0 GB/s", ">matmul</text>",
                                 ">layer_norm</text>", "attention, 19 % of its roof", "788x3072 * 3072x768 -&gt; 788x768",
                                 "prefers-color-scheme:dark", "median of 3 isolated runs"}) {
            CHECK_MESSAGE(contains(file, part), part);
        }
        CHECK_FALSE(contains(file, "nan"));
        CHECK_FALSE(contains(file, "inf"));
        const std::vector<OpColour> colours = op_colours(summary_of(profile));
        for (const OpColour& op : colours) {
            CHECK(pixels_of(roofline_page(profile), op.colour) > 20);
        }
        CHECK_FALSE(contains(svg_of(roofline_page(tests::encoder_profile({.rounds = 2, .software = false}))), "software"));
    }

    TEST_CASE("roofline: of a profile without times or without roofs it is drawn too") {
        CHECK(contains(svg_of(roofline_page({.subject = "nothing"})), "No dispatch was timed."));
        Profile profile = tests::made_up_profile();
        profile.roofs = {};
        const std::string file = svg_of(roofline_page(profile));
        CHECK(contains(file, "matmul"));
        CHECK_FALSE(contains(file, "nan"));
        CHECK_FALSE(contains(file, "computing:"));
    }

    TEST_CASE("memory: tensors in their writers' colours, the arena, the least possible and the high-water mark") {
        const Profile profile = tests::made_up_profile();
        const std::string file = svg_of(memory_page(profile, 0));
        // at dispatch 2 there are x, norm and qkv: 49152 + 49152 + 147456
        for (const char* part :
             {"Scratch memory of encode 1x24", "Made-up Device 9", "high-water: 240 KiB at dispatch 2", "the arena: 288 KiB",
              "the least possible: 240 KiB", "20 % more than the least possible", ">attended</text>"}) {
            CHECK_MESSAGE(contains(file, part), part);
        }
        CHECK(contains(svg_of(memory_page(profile, 1)), "2 chunks"));
        CHECK(pixels_of(memory_page(profile, 0), colour_of(op_colours(summary_of(profile)), "attention")) > 1000);
        CHECK(contains(svg_of(memory_page(profile, 2)), "This plan has no scratch tensors."));
        CHECK(plan_with_most_scratch(profile) == 0);
        Profile written_over = profile;  // "x" by what comes in its place at dispatch 2
        written_over.plans[0].tensors.push_back({"in its place", "scratch", 0, 0, 49152, 2, 4});
        const draw::Colour embedding = colour_of(op_colours(summary_of(profile)), "embedding");
        const size_t before = pixels_of(memory_page(profile, 0), embedding), after = pixels_of(memory_page(written_over, 0), embedding);
        CHECK(10 * after < 6 * before);
        CHECK(4 * after > before);
        CHECK(contains(tests::sentence(ErrorKind::bad_input, [&] { memory_page(profile, 3); }), "expected a plan below 3, got 3"));
    }
}

}  // namespace heed
