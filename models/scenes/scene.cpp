#include "models/scenes/scene.h"

#include <algorithm>

#include "models/mixed.h"
#include "models/scenes/outline.h"

namespace heed::scenes {
namespace {

constexpr std::array<std::string_view, 6> kFigures{"circle", "square", "triangle", "diamond", "star", "cross"};
constexpr std::array<std::string_view, 7> kHues{"red", "orange", "yellow", "green", "blue", "purple", "black"};
constexpr std::array<Rgb, 7> kColours{
    {{214, 40, 40}, {242, 132, 30}, {236, 208, 40}, {44, 160, 72}, {40, 92, 212}, {134, 52, 172}, {32, 32, 36}}};
constexpr int kOff = 14;  // a channel may be that far from its colour
constexpr int kLightest = 255, kLeastLight = 226;

enum class Relation : uint8_t { left, right, above, below, inside };
constexpr std::array<std::string_view, 5> kRelations{"left of", "right of", "above", "below", "inside"};

struct Range {
    int least = 0, most = 0;
};
constexpr Range kSmall{80, 104}, kBig{152, 208};            // radii, in parts of a pixel
constexpr Range kContained{88, 100}, kContainer{208, 240};  // of a thing inside another
constexpr int kGap = 2 * kFine, kMostGap = 20 * kFine;      // between things
constexpr int kMargin = kFine, kWhole = kSide * kFine;

class Random {
public:
    explicit Random(uint64_t seed) : state_(mixed(seed)) {}

    int below(int count) { return static_cast<int>((state_ = mixed(state_)) % static_cast<uint64_t>(count)); }
    int within(Range range) { return range.least + below(range.most - range.least + 1); }
    bool chance(int of_hundred) { return below(100) < of_hundred; }

private:
    uint64_t state_;
};

// What a caption tells: all of a scene but where exactly everything is.
struct Layout {
    std::vector<Thing> things;
    Relation relation = Relation::left;  // from each thing to the next
};

bool alike(const Thing& one, const Thing& other) {
    return one.hue == other.hue && one.figure == other.figure;
}

Thing draw_thing(Random& random, bool big) {
    return {.figure = static_cast<Figure>(random.below(kFigures.size())), .hue = static_cast<Hue>(random.below(kHues.size())), .big = big};
}

// Another thing, which no word of the first also tells.
Thing draw_other(Random& random, bool big, const std::vector<Thing>& things) {
    for (;;) {
        Thing thing = draw_thing(random, big);
        if (std::ranges::none_of(things, [&](const Thing& other) { return alike(thing, other); })) {
            return thing;
        }
    }
}

Layout draw_inside(Random& random) {
    constexpr std::array kRoomy{Figure::circle, Figure::square, Figure::diamond};
    Thing outer{.figure = kRoomy[static_cast<size_t>(random.below(kRoomy.size()))], .big = true};
    outer.hue = static_cast<Hue>(random.below(kHues.size()));
    Thing inner = draw_thing(random, false);
    while (inner.hue == outer.hue) {
        inner.hue = static_cast<Hue>(random.below(kHues.size()));
    }
    return {.things = {inner, outer}, .relation = Relation::inside};
}

Layout draw_layout(Random& random) {
    const int kind = random.below(100);
    if (kind < 12) {
        return {.things = {draw_thing(random, random.chance(50))}};
    }
    if (kind < 27) {
        return draw_inside(random);
    }
    Layout layout;
    const bool three = kind < 47;
    const int big = three ? random.below(2 * kMostThings) : random.below(4);  // which is big; of three at most one, there is no room
    for (int i = 0; i < (three ? 3 : 2); ++i) {
        layout.things.push_back(draw_other(random, big == i || (!three && big == 3), layout.things));
    }
    if (!three && layout.things[0].big && !layout.things[1].big) {
        std::swap(layout.things[0], layout.things[1]);
    }
    const bool placed = !three && layout.things[0].big != layout.things[1].big;  // by the big one, on any side of it
    constexpr std::array kSides{Relation::left, Relation::above, Relation::right, Relation::below};
    layout.relation = kSides[static_cast<size_t>(random.below(placed ? 4 : 2))];
    return layout;
}

void add_words(std::vector<Word>& caption, std::string_view words) {
    for (size_t at = 0; at < words.size();) {
        const size_t end = std::min(words.find(' ', at), words.size());
        caption.push_back({.text = std::string(words.substr(at, end - at))});
        at = end + 1;
    }
}

std::vector<Word> describe(const Layout& layout) {
    std::vector<Word> caption;
    for (size_t i = 0; i < layout.things.size(); ++i) {
        const Thing& thing = layout.things[i];
        add_words(caption, i > 0 ? kRelations[static_cast<size_t>(layout.relation)] : "");
        add_words(caption, thing.big ? "a big" : "a small");
        caption.push_back({.text = std::string(kHues[static_cast<size_t>(thing.hue)]), .thing = static_cast<int>(i)});
        caption.push_back({.text = std::string(kFigures[static_cast<size_t>(thing.figure)]), .thing = static_cast<int>(i)});
    }
    return caption;
}

std::string joined(const std::vector<Word>& caption) {
    std::string out;
    for (const Word& word : caption) {
        out += (out.empty() ? "" : " ") + word.text;
    }
    return out;
}

// Where a centre may be so that the thing lies within the picture.
Range room_for(int radius) {
    return {kMargin + radius, kWhole - kMargin - radius};
}

// How far from a figure's middle a square of that half side still lies within it, either way.
int room_inside(const Thing& outer, int half) {
    switch (outer.figure) {
        case Figure::square: return (outer.radius - half) / 2;  // with some air
        case Figure::circle: return (outer.radius * 7 / 10 - half) / 2;
        default: return outer.radius / 2 - half;
    }
}

void place_inside(Random& random, std::vector<Thing>& things) {
    Thing &inner = things[0], &outer = things[1];
    inner.radius = random.within(kContained);
    outer.radius = random.within(kContainer);
    outer.x = random.within(room_for(outer.radius));
    outer.y = random.within(room_for(outer.radius));
    const int off = room_inside(outer, inner.radius);
    inner.x = outer.x + random.within({-off, off});
    inner.y = outer.y + random.within({-off, off});
}

// One after the other along an axis, each less far aside from the last than along.
void place_in_row(Random& random, const std::vector<Thing*>& row, int Thing::*along, int Thing::*aside) {
    int length = 0;
    for (Thing* thing : row) {
        thing->radius = random.within(thing->big ? kBig : kSmall);
        length += 2 * thing->radius;
    }
    int spare = kWhole - 2 * kMargin - length - kGap * (static_cast<int>(row.size()) - 1);
    const int before = random.below(spare + 1);
    int edge = kMargin + before;
    spare -= before;
    const Thing* last = nullptr;
    for (Thing* thing : row) {
        const int gap = last == nullptr ? 0 : random.below(std::min(spare, kMostGap) + 1);
        spare -= gap;
        edge += last == nullptr ? 0 : kGap + gap;
        thing->*along = edge + thing->radius;
        Range side = room_for(thing->radius);
        if (last != nullptr) {
            const int most = (thing->*along - last->*along) / 2;
            side = {std::max(side.least, last->*aside - most), std::min(side.most, last->*aside + most)};
        }
        thing->*aside = random.within(side);
        edge += 2 * thing->radius;
        last = thing;
    }
}

void place(Random& random, Layout& layout) {
    if (layout.relation == Relation::inside) {
        return place_inside(random, layout.things);
    }
    std::vector<Thing*> row;
    for (Thing& thing : layout.things) {
        row.push_back(&thing);
    }
    if (layout.relation == Relation::right || layout.relation == Relation::below) {
        std::ranges::reverse(row);
    }
    const bool level = layout.relation == Relation::left || layout.relation == Relation::right;
    place_in_row(random, row, level ? &Thing::x : &Thing::y, level ? &Thing::y : &Thing::x);
}

Rgb draw_colour(Random& random, Rgb colour) {
    const auto off = [&](uint8_t channel) { return static_cast<uint8_t>(std::clamp(channel + random.within({-kOff, kOff}), 0, 255)); };
    const uint8_t red = off(colour.red), green = off(colour.green), blue = off(colour.blue);  // in this order, whatever the compiler
    return {red, green, blue};
}

Rgb draw_ground(Random& random) {
    const auto light = [&] { return static_cast<uint8_t>(random.within({kLeastLight, kLightest})); };
    const uint8_t red = light(), green = light(), blue = light();
    return {red, green, blue};
}

}  // namespace

Box box_of(const Thing& thing) {
    int left = -kOutlineRadius, top = -kOutlineRadius, right = kOutlineRadius, bottom = kOutlineRadius;
    if (const std::span<const Corner> corners = outline(thing.figure); !corners.empty()) {
        left = std::ranges::min(corners, {}, &Corner::x).x, right = std::ranges::max(corners, {}, &Corner::x).x;
        top = std::ranges::min(corners, {}, &Corner::y).y, bottom = std::ranges::max(corners, {}, &Corner::y).y;
    }
    const auto pixels = [&](int centre, int side) { return (centre + static_cast<double>(side) * thing.radius / kOutlineRadius) / kFine; };
    return {pixels(thing.x, left), pixels(thing.y, top), pixels(thing.x, right), pixels(thing.y, bottom)};
}

Scene make_scene(uint64_t number, Part part) {
    Random random(number);
    Scene scene;
    Layout layout;
    do {
        layout = draw_layout(random);
        scene.caption = describe(layout);
    } while (part != Part::all && part_of(joined(scene.caption)) != part);
    place(random, layout);
    for (Thing& thing : layout.things) {
        thing.colour = draw_colour(random, kColours[static_cast<size_t>(thing.hue)]);
    }
    scene.ground = draw_ground(random);
    scene.things = std::move(layout.things);
    return scene;
}

std::string caption_text(const Scene& scene) {
    return joined(scene.caption);
}

Part part_of(std::string_view caption) {
    constexpr uint64_t kBasis = 0xcbf29ce484222325, kPrime = 0x100000001b3;  // FNV-1a
    uint64_t hash = kBasis;
    for (const char letter : caption) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * kPrime;
    }
    return mixed(hash) % 5 == 0 ? Part::test : Part::train;
}

std::vector<int> things_told(const std::vector<std::string>& caption) {
    std::vector<int> out;
    int thing = -1;
    for (const std::string& word : caption) {
        thing += word == "a";
        const bool tells = std::ranges::find(kHues, word) != kHues.end() || std::ranges::find(kFigures, word) != kFigures.end();
        out.push_back(tells ? thing : -1);
    }
    return out;
}

std::vector<std::string> words() {
    std::vector<std::string> out{"a", "small", "big"};
    out.insert(out.end(), kHues.begin(), kHues.end());
    out.insert(out.end(), kFigures.begin(), kFigures.end());
    out.insert(out.end(), {"left", "right", "of", "above", "below", "inside"});
    return out;
}

}  // namespace heed::scenes
