#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heed::scenes {

constexpr int kSide = 64;       // pixels of a scene, either way
constexpr int kFine = 16;       // parts of a pixel: places and sizes are whole numbers of them
constexpr int kMostThings = 3;  // in a scene
constexpr int kMostWords = 16;  // of a caption

enum class Figure : uint8_t { circle, square, triangle, diamond, star, cross };
enum class Hue : uint8_t { red, orange, yellow, green, blue, purple, black };

struct Rgb {
    uint8_t red = 0, green = 0, blue = 0;

    friend bool operator==(const Rgb&, const Rgb&) = default;
};

struct Box {
    double left = 0, top = 0, right = 0, bottom = 0;  // pixels from the top left corner

    bool holds(double x, double y) const { return x >= left && x < right && y >= top && y < bottom; }
};

// One coloured figure: `radius` is half the side of the square it fits into.
struct Thing {
    Figure figure = Figure::circle;
    Hue hue = Hue::red;
    bool big = false;
    int x = 0, y = 0, radius = 0;  // parts of a pixel
    Rgb colour;                    // the hue, a little off
};

// The smallest box around it.
Box box_of(const Thing& thing);

struct Word {
    std::string text;
    int thing = -1;  // whose colour or shape it tells; -1: a word for nothing of the picture
};

// Things on a plain ground, and the one caption that is right: the small thing is placed by the big one ("a small red circle right of a
// big blue square"); of things of one size the one further left or up comes first, and so do three in a row.
struct Scene {
    Rgb ground;
    std::vector<Thing> things;  // as the caption names them
    std::vector<Word> caption;
};

// One caption in five, with all its scenes, is kept for tests.
enum class Part : uint8_t { all, train, test };

// The same number gives the same scene on every machine.
Scene make_scene(uint64_t number, Part part = Part::all);

std::string caption_text(const Scene& scene);
Part part_of(std::string_view caption);  // train or test

// For each word of a caption the thing whose colour or shape it tells, or -1: things are counted by their articles.
std::vector<int> things_told(const std::vector<std::string>& caption);

// Every word that captions have, in a fixed order.
std::vector<std::string> words();

}  // namespace heed::scenes
