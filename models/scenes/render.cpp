#include "models/scenes/render.h"

#include <algorithm>

#include "models/scenes/outline.h"

namespace heed::scenes {
namespace {

constexpr int kSamples = 4;  // of a pixel, each way

// Whether a point, in parts of a pixel from the thing's centre, lies within it: by how often a ray to the right leaves it.
bool covers(const Thing& thing, int64_t x, int64_t y) {
    const std::span<const Corner> corners = outline(thing.figure);
    if (corners.empty()) {
        return x * x + y * y < static_cast<int64_t>(thing.radius) * thing.radius;
    }
    x *= kOutlineRadius, y *= kOutlineRadius;
    bool inside = false;
    for (size_t i = 0; i < corners.size(); ++i) {
        const Corner& a = corners[i];
        const Corner& b = corners[(i + 1) % corners.size()];
        const int64_t ax = int64_t{a.x} * thing.radius, ay = int64_t{a.y} * thing.radius;
        const int64_t bx = int64_t{b.x} * thing.radius, by = int64_t{b.y} * thing.radius;
        if ((ay > y) != (by > y)) {
            const int64_t cross = (x - ax) * (by - ay) - (bx - ax) * (y - ay);
            inside ^= by > ay ? cross < 0 : cross > 0;
        }
    }
    return inside;
}

int covered_samples(const Thing& thing, int column, int row) {
    constexpr int kStep = kFine / kSamples;
    int count = 0;
    for (int i = 0; i < kSamples * kSamples; ++i) {
        const int x = column * kFine + (i % kSamples) * kStep + kStep / 2, y = row * kFine + (i / kSamples) * kStep + kStep / 2;
        count += covers(thing, x - thing.x, y - thing.y);
    }
    return count;
}

uint8_t blended(uint8_t below, uint8_t above, int samples) {
    constexpr int kAll = kSamples * kSamples;
    return static_cast<uint8_t>((below * (kAll - samples) + above * samples + kAll / 2) / kAll);
}

void paint(io::Image& image, const Thing& thing) {
    const auto pixel_of = [](int parts) { return std::clamp(parts / kFine, 0, kSide - 1); };
    for (int row = pixel_of(thing.y - thing.radius); row <= pixel_of(thing.y + thing.radius); ++row) {
        for (int column = pixel_of(thing.x - thing.radius); column <= pixel_of(thing.x + thing.radius); ++column) {
            uint8_t* pixel = &image.pixels[static_cast<size_t>(3 * (row * kSide + column))];
            const int samples = covered_samples(thing, column, row);
            pixel[0] = blended(pixel[0], thing.colour.red, samples);
            pixel[1] = blended(pixel[1], thing.colour.green, samples);
            pixel[2] = blended(pixel[2], thing.colour.blue, samples);
        }
    }
}

}  // namespace

io::Image render(const Scene& scene) {
    io::Image image{.width = kSide, .height = kSide, .channels = 3, .pixels = {}};
    for (int i = 0; i < kSide * kSide; ++i) {
        image.pixels.insert(image.pixels.end(), {scene.ground.red, scene.ground.green, scene.ground.blue});
    }
    std::vector<Thing> things = scene.things;
    std::ranges::stable_sort(things, std::ranges::greater(), &Thing::radius);  // what is inside another comes on top
    for (const Thing& thing : things) {
        paint(image, thing);
    }
    return image;
}

}  // namespace heed::scenes
