#include "models/vision/attention_picture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/vision/photo_heat.h"
#include "support/sentence.h"

namespace heed {
namespace {

using draw::Colour;
using tests::contains;
using tests::sentence;

io::Image plain(int width, int height, uint8_t grey = 128) {
    io::Image image{.width = width, .height = height, .channels = 3, .pixels = {}};
    image.pixels.assign(image.bytes(), grey);
    return image;
}

Colour pixel(const io::Image& image, int x, int y) {
    REQUIRE(x >= 0);
    REQUIRE(y >= 0);
    REQUIRE(x < image.width);
    REQUIRE(y < image.height);
    const uint8_t* at = &image.pixels[3 * (static_cast<size_t>(y) * static_cast<size_t>(image.width) + static_cast<size_t>(x))];
    return {at[0], at[1], at[2]};
}

std::vector<float> one_hot(const Grid& grid, int64_t row, int64_t column) {
    std::vector<float> out(static_cast<size_t>(grid.cells()), 0.0f);
    out[static_cast<size_t>(row * grid.columns + column)] = 1;
    return out;
}

// The middle of what is most like the colour of the heaviest weight on a photo of one grey, which is drawn half-way from `black`.
struct Place {
    double x = 0, y = 0;
};
Place hottest(const io::Image& image, double black = 0.35, int above = std::numeric_limits<int>::max()) {
    const Colour most = heat_on_photo(1, black + (1 - black) / 2);
    double nearest = std::numeric_limits<double>::infinity(), count = 0;
    Place sum;
    for (int y = 0; y < std::min(image.height, above); ++y) {
        const uint8_t* at = &image.pixels[3 * static_cast<size_t>(y) * static_cast<size_t>(image.width)];
        for (int x = 0; x < image.width; ++x, at += 3) {
            const double far = std::hypot(at[0] - most.red, at[1] - most.green, at[2] - most.blue);
            if (far < nearest) {
                nearest = far, count = 0, sum = {};
            }
            if (far == nearest) {
                sum.x += x + 0.5, sum.y += y + 0.5, count += 1;
            }
        }
    }
    return {sum.x / count, sum.y / count};
}

const std::vector<Guess> kGuesses{{"Samoyed, Samoyede", 258, 0.87},
                                  {"a name that is far too long for the room there is, so that it has to be cut somewhere", 1, 0.1},
                                  {"", 2, 0.0001},
                                  {"x", 3, 0},
                                  {"y", 4, 0}};

io::Image page(const io::Image& photo, const Region& seen, const Grid& grid, const std::vector<float>& shares) {
    return draw_attention_overlay({.photo = photo, .seen = seen, .name = "photo.png", .model = "ViT"}, grid, shares, kGuesses);
}

struct MadeUp {
    std::vector<std::vector<float>> layers;
    VisionAttention attention;

    MadeUp(size_t count, int64_t heads, Grid grid) : attention{.layers = {}, .heads = heads, .grid = grid} {
        const auto tokens = static_cast<size_t>(attention.tokens());
        layers.assign(count, std::vector<float>(static_cast<size_t>(heads) * tokens * tokens, 1.0f / static_cast<float>(tokens)));
        attention.layers.assign(layers.begin(), layers.end());
    }
};

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("photo heat: a patch's weight is in the middle of where the patch was") {
        const io::Image photo = plain(300, 200);
        const Region whole{0, 0, 300, 200}, seen{60, 20, 160, 160};
        const PhotoView view = view_photo(photo, whole, seen, {600, 400});
        CHECK(view.seen.left == 120);
        CHECK(view.seen.height == 320);
        const Grid grid{4, 8};
        for (const auto& [row, column] : {std::pair{0, 0}, {1, 5}, {3, 7}}) {
            const std::vector<float> values = one_hot(grid, row, column);
            const io::Image image = lay_heat(view, grid, values, scale_on_photo(values));
            const Place place = hottest(image);
            const bool edge = row == 0 || row == 3;  // there the weight reaches the border: no slope to the other side
            CHECK(std::abs(place.x - (120 + 40 * (column + 0.5))) <= (edge ? 10.0 : 1.0));
            CHECK(std::abs(place.y - (40 + 80 * (row + 0.5))) <= (edge ? 20.0 : 1.0));
            CHECK(pixel(image, 119, 200) == pixel(image, 10, 10));  // what was not seen
            CHECK(!(pixel(image, 120, 359) == pixel(image, 10, 10)));
            CHECK(pixel(image, 200, 360) == pixel(image, 10, 10));
        }
    }

    TEST_CASE("photo heat: half-way between two patches is half of it") {
        const io::Image photo = plain(10, 10);
        const PhotoView view = view_photo(photo, {0, 0, 10, 10}, {0, 0, 10, 10}, {41, 20});
        const std::vector<float> values{0, 1};
        const io::Image image = lay_heat(view, {1, 2}, values, scale_on_photo(values), 1);
        CHECK(pixel(image, 20, 10) == heat_on_photo(0.5, 1));
        CHECK(pixel(image, 0, 10) == heat_on_photo(0, 1));
        CHECK(pixel(image, 40, 10) == heat_on_photo(1, 1));
        const std::vector<float> no_numbers(2, std::numeric_limits<float>::quiet_NaN());
        const Colour strange = pixel(lay_heat(view, {1, 2}, no_numbers, scale_on_photo(no_numbers)), 5, 5);
        CHECK(strange.red > 180);
        CHECK(strange.green < 80);
    }

    TEST_CASE("photo heat: the view is that part of the photo, and paper beyond it") {
        io::Image photo = plain(100, 50, 0);
        const PhotoView beyond = view_photo(photo, {-50, -25, 200, 100}, {0, 0, 100, 50}, {400, 200});
        CHECK(pixel(beyond.image, 99, 100) == draw::kPaper);
        CHECK(pixel(beyond.image, 100, 50) == Colour{0, 0, 0});
        CHECK(pixel(beyond.image, 299, 149) == Colour{0, 0, 0});
        CHECK(pixel(beyond.image, 300, 149) == draw::kPaper);
        CHECK(pixel(beyond.image, 200, 150) == draw::kPaper);
        CHECK(beyond.lightest < 0.2);                                 // paper is no part of the photo's contrast
        for (size_t i = 3 * 50; i < photo.pixels.size(); i += 300) {  // a white column at 50
            std::fill_n(photo.pixels.begin() + static_cast<std::ptrdiff_t>(i), 3, uint8_t{255});
        }
        const PhotoView part = view_photo(photo, {45, 0, 10, 50}, {45, 0, 10, 50}, {100, 100});
        CHECK(pixel(part.image, 55, 50).red > 200);
        CHECK(pixel(part.image, 20, 50) == Colour{0, 0, 0});
        CHECK(pixel(part.image, 80, 50) == Colour{0, 0, 0});
    }

    TEST_CASE("colour scale: a share has its level, at even steps or at those of roots") {
        const draw::ColourScale even{.least = 0.1, .largest = 0.3}, roots{.least = 0, .largest = 0.25, .roots = true};
        CHECK(even.level(0.2) == doctest::Approx(0.5));
        CHECK(even.share(0.25) == doctest::Approx(0.15));
        CHECK(roots.level(0.0625) == doctest::Approx(0.5));
        CHECK(roots.share(0.5) == doctest::Approx(0.0625));
        CHECK(std::isnan(roots.level(std::numeric_limits<double>::quiet_NaN())));
        CHECK(scale_on_photo(std::vector<float>{0.5f, 0.5f}).level(0.5) == 1);
    }

    TEST_CASE("attention picture: the page's hottest place moves as the hottest patch does") {
        const io::Image photo = plain(640, 480);
        const Grid grid{14, 14};
        const Region seen{80, 0, 480, 480};
        const io::Image first = page(photo, seen, grid, one_hot(grid, 3, 2)), second = page(photo, seen, grid, one_hot(grid, 9, 11));
        CHECK(first.width == second.width);
        const Place from = hottest(first), to = hottest(second);
        const double photo_wide = 2 * 460, patch = photo_wide * (480.0 / 640) / 14;
        CHECK(std::abs(to.x - from.x - 9 * patch) <= 1.5);
        CHECK(std::abs(to.y - from.y - 6 * patch) <= 1.5);
        CHECK(std::abs(from.x - (first.width - 2 * 36 - photo_wide * 7 / 8 + 2.5 * patch)) <= 1.5);
    }

    TEST_CASE("attention picture: any photo gives a page of sensible size, the same every time") {
        struct Shape {
            int width, height;
            Region seen;
            Grid grid;
        };
        const Shape shapes[] = {{32, 32, {0, 0, 32, 32}, {8, 8}},
                                {1, 1, {0, 0, 1, 1}, {1, 1}},
                                {3000, 2, {1499, 0, 2, 2}, {16, 16}},
                                {3000, 2, {0, 0, 3000, 2}, {16, 16}},
                                {2, 3000, {0, 0, 2, 3000}, {3, 100}},
                                {10, 10, {-100, -100, 210, 210}, {14, 14}},
                                {4000, 3000, {500, 0, 3000, 3000}, {37, 37}}};
        for (const Shape& shape : shapes) {
            CAPTURE(text(shape.width, "x", shape.height));
            const io::Image photo = plain(shape.width, shape.height, 90);
            const std::vector<float> shares(static_cast<size_t>(shape.grid.cells()), 1.0f / static_cast<float>(shape.grid.cells()));
            const io::Image image = page(photo, shape.seen, shape.grid, shares);
            CHECK(image.pixels.size() == image.bytes());
            CHECK(image.width > 1500);
            CHECK(image.width < 2200);
            CHECK(image.height > 500);
            CHECK(image.height < 1800);
        }
        const io::Image photo = plain(50, 40);
        const std::vector<float> shares{0.1f, 0.2f, 0.3f, 0.4f};
        CHECK(page(photo, {5, 0, 40, 40}, {2, 2}, shares).pixels == page(photo, {5, 0, 40, 40}, {2, 2}, shares).pixels);
        const SeenPhoto other{.photo = photo, .seen = {5, 0, 40, 40}, .name = "photo.png", .model = "ViT"};
        const std::string label = "mushroom",
                          names = label + ", an edible one that grows in the open, in fields as in gardens and in parks";
        CHECK(draw_attention_overlay(other, {2, 2}, shares, {{names, 0, 0.5}}).pixels ==
              draw_attention_overlay(other, {2, 2}, shares, {{label, 0, 0.5}}).pixels);  // other names go first
        const SeenPhoto bare{.photo = photo, .seen = {0, 0, 50, 40}, .name = "", .model = "DINOv2"};
        CHECK(draw_attention_overlay(bare, {2, 2}, shares, {}).width > 1500);  // a model without classes
    }

    TEST_CASE("attention picture: every head of every layer, on a page of sensible size") {
        const io::Image photo = plain(64, 48, 200);
        const SeenPhoto seen{.photo = photo, .seen = {8, 0, 48, 48}, .name = "photo.png", .model = "ViT"};
        for (const auto& [layers, heads] : {std::pair<size_t, int64_t>{1, 1}, {12, 3}, {12, 12}, {24, 16}, {40, 24}}) {
            CAPTURE(layers);
            MadeUp made(layers, heads, {2, 2});
            const io::Image image = draw_attention_heads(seen, made.attention);
            CHECK(image.width > 1200);
            CHECK(image.width < 2700);
            CHECK(image.height > 300);
            CHECK(image.height < 2200);
        }
        MadeUp made(3, 2, {4, 4});
        std::vector<float>& layer = made.layers[2];
        layer[17 * 17 + 6] = 0.9f;  // the second head's class token looks at the patch in row 1, column 1
        const double map = 2 * 150, gap = 2 * 8, left = 2 * (36 + 60), top = 2 * (36 + 1.6 * 24 + 2.4 * 13);
        const Place place = hottest(draw_attention_heads(seen, made.attention), 0.6, static_cast<int>(top + 2 * map + gap));  // no bar
        CHECK(std::abs(place.x - (left + 2 * (map + gap) + map * 1.5 / 4)) <= 2);
        CHECK(std::abs(place.y - (top + map + gap + map * 1.5 / 4)) <= 2);
    }

    TEST_CASE("attention picture: what cannot be drawn is a sentence") {
        const io::Image photo = plain(10, 10), grey{.width = 1, .height = 1, .channels = 1, .pixels = {0}};
        const auto complaint = [](const io::Image& image, const Region& seen, const Grid& grid) {
            return sentence(ErrorKind::bad_input, [&] { page(image, seen, grid, {1, 2}); });
        };
        CHECK(contains(complaint(photo, {0, 0, 10, 10}, {2, 2}), "expected 2 x 2 weights, one a patch, got 2"));
        CHECK(contains(complaint(photo, {0, 0, 10, 10}, {0, 2}), "expected 0 x 2 weights"));
        CHECK(contains(complaint(photo, {0, 0, 0, 10}, {1, 2}), "got one of 10x10 with 3 channels, and 0x10 seen from 0,0"));
        CHECK(contains(complaint(photo, {12, 0, 10, 10}, {1, 2}), "of which something was seen"));
        CHECK(contains(complaint(photo, {0, std::nan(""), 10, 10}, {1, 2}), "of which something was seen"));
        CHECK(contains(complaint(grey, {0, 0, 1, 1}, {1, 2}), "with 1 channels"));
        MadeUp none(0, 1, {2, 2});
        CHECK(contains(sentence(ErrorKind::bad_input,
                                [&] {
                                    draw_attention_heads({photo, {0, 0, 10, 10}, "", ""}, none.attention);
                                }),
                       "expected the weights of a layer or more, got none"));
    }
}

}  // namespace heed
