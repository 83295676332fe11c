#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "io/file.h"
#include "io/png.h"
#include "models/caption/caption_score.h"
#include "models/scenes/render.h"
#include "models/scenes/table.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace {

using namespace heed;
using scenes::Box;
using scenes::Part;
using scenes::Scene;

uint64_t digest(const io::Image& image) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const uint8_t level : image.pixels) {
        hash = (hash ^ level) * 0x100000001b3;
    }
    return hash;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> out;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find(' ', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

// Whether the caption's words for where things are hold of their boxes.
void check_relations(const Scene& scene) {
    const std::vector<std::string> words = split(scenes::caption_text(scene));
    size_t thing = 0;
    for (const std::string& word : words) {
        const Box& a = scenes::box_of(scene.things[thing]);
        const Box b = scenes::box_of(scene.things[std::min(thing + 1, scene.things.size() - 1)]);
        const bool relation = word == "left" || word == "right" || word == "above" || word == "below" || word == "inside";
        CHECK((word != "left" || a.right < b.left));
        CHECK((word != "right" || a.left > b.right));
        CHECK((word != "above" || a.bottom < b.top));
        CHECK((word != "below" || a.top > b.bottom));
        CHECK((word != "inside" || (a.left > b.left && a.right < b.right && a.top > b.top && a.bottom < b.bottom)));
        thing += relation;
    }
    CHECK(thing + 1 == scene.things.size());
}

Caption caption_of(const std::string& text, std::vector<size_t> places, size_t cells) {
    Caption caption{.words = split(text), .shares = {}};
    for (const size_t place : places) {
        caption.shares.emplace_back(cells, 0.0f);
        caption.shares.back()[place] = 1;
    }
    return caption;
}

}  // namespace

TEST_SUITE_BEGIN("scenes");

TEST_CASE("scenes: the same number is the same scene, to the pixel, everywhere") {
    CHECK(scenes::caption_text(scenes::make_scene(0)) == "a small orange star left of a big blue star");
    CHECK(scenes::caption_text(scenes::make_scene(4)) == "a small green cross inside a big yellow diamond");
    uint64_t all = 0;
    for (uint64_t number = 0; number < 64; ++number) {
        all = all * 31 + digest(scenes::render(scenes::make_scene(number)));
    }
    CHECK(all == 14453461203158199680u);
}

TEST_CASE("scenes: captions say what is there") {
    const std::vector<std::string> known = scenes::words();
    std::set<std::string> captions, used;
    for (uint64_t number = 0; number < 3000; ++number) {
        const Scene scene = scenes::make_scene(number);
        REQUIRE(scene.things.size() <= static_cast<size_t>(scenes::kMostThings));
        REQUIRE(scene.caption.size() <= static_cast<size_t>(scenes::kMostWords));
        check_relations(scene);
        std::vector<std::string> words;
        std::vector<int> told;
        for (const scenes::Word& word : scene.caption) {
            words.push_back(word.text);
            told.push_back(word.thing);
        }
        CHECK(scenes::things_told(words) == told);
        captions.insert(scenes::caption_text(scene));
        used.insert(words.begin(), words.end());
        for (const scenes::Thing& thing : scene.things) {
            const Box box = scenes::box_of(thing);
            CHECK((box.left >= 1 && box.top >= 1 && box.right <= scenes::kSide - 1 && box.bottom <= scenes::kSide - 1));
            CHECK(thing.big == (thing.radius >= 9 * scenes::kFine));
        }
    }
    CHECK(captions.size() > 1500);
    CHECK(used == std::set<std::string>(known.begin(), known.end()));
}

TEST_CASE("scenes: every pixel that is not ground lies in a box, and boxes touch what they hold") {
    for (uint64_t number = 0; number < 100; ++number) {
        const Scene scene = scenes::make_scene(number);
        const io::Image image = scenes::render(scene);
        std::vector<Box> painted(1, {99, 99, 0, 0});
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                const uint8_t* pixel = &image.pixels[static_cast<size_t>(3 * (y * image.width + x))];
                if (scenes::Rgb{pixel[0], pixel[1], pixel[2]} != scene.ground) {
                    Box& box = painted[0];
                    box = {std::min<double>(box.left, x), std::min<double>(box.top, y), std::max(box.right, x + 1.0),
                           std::max(box.bottom, y + 1.0)};
                }
            }
        }
        Box expected{99, 99, 0, 0};
        for (const scenes::Thing& thing : scene.things) {
            const Box box = scenes::box_of(thing);
            expected = {std::min(expected.left, box.left), std::min(expected.top, box.top), std::max(expected.right, box.right),
                        std::max(expected.bottom, box.bottom)};
        }
        INFO(number);
        CHECK(std::abs(painted[0].left - expected.left) < 2);  // a point's tip may cover no pixel enough
        CHECK(std::abs(painted[0].top - expected.top) < 2);
        CHECK(std::abs(painted[0].right - expected.right) < 2);
        CHECK(std::abs(painted[0].bottom - expected.bottom) < 2);
    }
}

TEST_CASE("scenes: no caption is in both parts") {
    std::set<std::string> train, test;
    size_t tested = 0;
    for (uint64_t number = 0; number < 2000; ++number) {
        train.insert(scenes::caption_text(scenes::make_scene(number, Part::train)));
        test.insert(scenes::caption_text(scenes::make_scene(number, Part::test)));
        tested += scenes::part_of(scenes::caption_text(scenes::make_scene(number))) == Part::test;
    }
    CHECK(tested > 300);
    CHECK(tested < 500);
    for (const std::string& caption : test) {
        CHECK(scenes::part_of(caption) == Part::test);
        CHECK(!train.contains(caption));
    }
}

TEST_CASE("scenes: the table says again what was written, and where a line is none") {
    const tests::Folder folder;
    const auto path = folder.path / "captions.tsv";
    const auto write = [&](const std::string& text) { io::write_file(path, std::as_bytes(std::span(text))); };
    std::vector<scenes::TableRow> rows;
    for (uint64_t number = 0; number < 20; ++number) {
        rows.push_back(scenes::table_row(text("scene-", number, ".png"), scenes::make_scene(number)));
    }
    write(scenes::write_table(rows));
    const std::vector<scenes::TableRow> read = scenes::read_table(path);
    REQUIRE(read.size() == rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        CHECK((read[i].file == rows[i].file && read[i].caption == rows[i].caption && read[i].boxes.size() == rows[i].boxes.size()));
        CHECK(std::abs(read[i].boxes[0].right - rows[i].boxes[0].right) < 1e-3);
    }
    const auto complaint = [&](const std::string& text) {
        write(text);
        return tests::sentence(ErrorKind::bad_file, [&] { scenes::read_table(path); });
    };
    CHECK(tests::contains(complaint("one.png\ta red ring\nno tab\n"), "in line 2, got 'no tab'"));
    CHECK(tests::contains(complaint("one.png\ta\t1,2,3\n"), "left,top,right,bottom in line 1, got '1,2,3'"));
    CHECK(tests::contains(complaint("one.png\ta\t1,2,3,nan\n"), "got '1,2,3,nan'"));
    CHECK(tests::contains(complaint("one.png\ta\t1,2,3,4 \n"), "got ''"));
    write("one.png\tone thing\r\n");
    CHECK(scenes::read_table(path)[0].caption == "one thing");
}

TEST_CASE("scenes: a caption points where the middle of the place looked at lies in the box of what is named") {
    const std::string text = "a small red star left of a big blue square";
    const std::vector<Box> boxes{{0, 0, 20, 20}, {40, 40, 80, 80}};  // of a picture of 80 x 80 and 4 x 4 places: middles at 10, 30, 50, 70
    CaptionScore score;
    score.count(caption_of(text, {9, 9, 0, 1, 9, 9, 9, 9, 10, 11}, 16), text, boxes, {4, 4}, 80, 80);
    CHECK(score.right() == 1);
    CHECK(score.named() == 4);
    CHECK(score.pointed() == 3);  // the star's shape was said while looking beside it
    score.count(caption_of("a small red star", {0, 0, 0, 0}, 16), text, boxes, {4, 4}, 80, 80);
    CHECK(score.exact() == doctest::Approx(0.5));
    CHECK(score.named() == 4);
    score.count(caption_of(text, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 16), text, {}, {4, 4}, 80, 80);
    CHECK(score.named() == 4);
    CHECK(CaptionScore().pointing() == 0);
}

TEST_SUITE_END();
