#include "models/vision/photo_heat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "heed.h"

namespace heed {
namespace {

using draw::Colour;

constexpr double kLeastHeat = 0.58;  // how much of the heat's colour is laid over the photo's grey
constexpr double kMostHeat = 0.8;
constexpr double kPale = 0.72;          // how far what was not seen is faded
constexpr double kLeastContrast = 0.2;  // of a photo that is stretched to full contrast
constexpr double kLeftOut = 0.01;       // of its pixels, at either end
constexpr int kLevels = 512;            // of heat: finer than eight bits a colour

double lightness(const uint8_t* pixel) {
    return (0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]) / 255;
}

// The photo's greys from the darkest to the lightest, but for a few.
void find_contrast(PhotoView& view, const io::Image& photo) {
    std::array<size_t, 256> count{};
    for (size_t i = 0; i < photo.pixels.size(); i += 3) {
        ++count[static_cast<size_t>(std::lround(255 * lightness(&photo.pixels[i])))];
    }
    const auto left_out = static_cast<size_t>(kLeftOut * static_cast<double>(photo.pixels.size() / 3));
    size_t dark = 0, light = 255;
    for (size_t below = count[dark]; below <= left_out && dark < 255; below += count[++dark]) {
    }
    for (size_t above = count[light]; above <= left_out && light > 0; above += count[--light]) {
    }
    const double missing = std::max(0.0, kLeastContrast - (static_cast<double>(light) - static_cast<double>(dark)) / 255) / 2;
    view.darkest = static_cast<double>(dark) / 255 - missing;
    view.lightest = static_cast<double>(light) / 255 + missing;
}

// A value between the middles of cells; beyond the outer ones, theirs.
struct Between {
    size_t before = 0, after = 0;
    double part = 0;
    bool inside = false;  // of any cell

    Between(double at, double from, double length, int64_t cells) : inside(at >= from && at <= from + length) {
        const double place = std::clamp((at - from) / length * static_cast<double>(cells) - 0.5, 0.0, static_cast<double>(cells - 1));
        before = static_cast<size_t>(place);
        after = std::min(before + 1, static_cast<size_t>(cells - 1));
        part = place - static_cast<double>(before);
    }
    double operator()(double first, double second) const { return part == 0 ? first : first + part * (second - first); }
};

// One side of a photo that is `whole` pixels long and lies under a window that begins at `from`.
struct Along {
    int whole = 1;
    int first = 0, count = 0;  // of these, what the window shows
    int place = 0;             // in the window
};

Along along(double whole, double from, int size) {
    Along out{.whole = static_cast<int>(std::clamp(std::round(whole), 1.0, 1e9))};
    const auto begin = static_cast<int>(std::clamp(std::round(from), -1e9, 1e9));
    out.first = std::max(begin, 0);
    out.place = out.first - begin;
    out.count = std::min(begin + size, out.whole) - out.first;
    return out;
}

// For every pixel of a photo: heat() is too slow for so many.
class HeatLevels {
public:
    HeatLevels() {
        for (int i = 0; i < kLevels; ++i) {
            colours_.push_back(draw::heat(static_cast<double>(i) / (kLevels - 1)));
        }
    }

    Colour on(double light, double value) const {
        const double heat = std::isnan(value) ? 1 : std::clamp(value, 0.0, 1.0);
        const auto grey = static_cast<uint8_t>(std::lround(255 * light));
        const Colour colour = std::isnan(value) ? draw::heat(value) : colours_[static_cast<size_t>(heat * (kLevels - 1) + 0.5)];
        return mix({grey, grey, grey}, colour, kLeastHeat + (kMostHeat - kLeastHeat) * heat);
    }

private:
    std::vector<Colour> colours_;
};

}  // namespace

void check_seen(const io::Image& photo, const Region& seen) {
    const bool some = seen.width > 0 && seen.height > 0 && seen.left < photo.width && seen.top < photo.height &&
                      seen.left + seen.width > 0 && seen.top + seen.height > 0;
    if (photo.channels != 3 || !some) {
        fail(ErrorKind::bad_input, "attention: expected an RGB photo of which something was seen, got one of ", photo.width, "x",
             photo.height, " with ", photo.channels, " channels, and ", seen.width, "x", seen.height, " seen from ", seen.left, ",",
             seen.top);
    }
}

PhotoView view_photo(const io::Image& photo, const Region& part, const Region& seen, PixelSize size) {
    const double wide = size.width / part.width, high = size.height / part.height;
    PhotoView out{.image = {.width = size.width, .height = size.height, .channels = 3, .pixels = {}},
                  .seen = {(seen.left - part.left) * wide, (seen.top - part.top) * high, seen.width * wide, seen.height * high}};
    out.image.pixels.assign(out.image.bytes(), 255);
    const Along x = along(photo.width * wide, part.left * wide, size.width), y = along(photo.height * high, part.top * high, size.height);
    if (x.count < 1 || y.count < 1) {
        return out;
    }
    const io::Window window{.left = x.first, .top = y.first, .width = x.count, .height = y.count};
    const io::Image inside = io::resize(photo, x.whole, y.whole, io::Filter::bicubic, window);
    find_contrast(out, inside);
    for (std::ptrdiff_t row = 0; row < inside.height; ++row) {
        std::copy_n(inside.pixels.begin() + 3 * row * inside.width, 3 * inside.width,
                    out.image.pixels.begin() + 3 * ((y.place + row) * size.width + x.place));
    }
    return out;
}

Colour heat_on_photo(double value, double light) {
    static const HeatLevels levels;
    return levels.on(light, value);
}

draw::ColourScale scale_on_photo(std::span<const float> values) {
    double least = std::numeric_limits<double>::infinity(), largest = 0;
    for (const float value : values) {
        if (std::isfinite(value)) {
            least = std::min(least, static_cast<double>(value));
            largest = std::max(largest, static_cast<double>(value));
        }
    }
    return {.least = least < largest ? least : 0, .largest = largest > 0 ? largest : 1, .colour = [](double level) {
                return heat_on_photo(level);
            }};
}

io::Image lay_heat(const PhotoView& view, const Grid& grid, std::span<const float> values, const draw::ColourScale& scale, double black) {
    if (grid.rows < 1 || grid.columns < 1 || static_cast<int64_t>(values.size()) != grid.cells()) {
        fail(ErrorKind::bad_input, "attention: expected ", grid.rows, " x ", grid.columns, " weights, one a patch, got ", values.size());
    }
    const auto contrast = [&](const uint8_t* at) {
        return std::clamp((lightness(at) - view.darkest) / (view.lightest - view.darkest), 0.0, 1.0);
    };
    io::Image out = view.image;
    uint8_t* pixel = out.pixels.data();
    for (int y = 0; y < out.height; ++y) {
        const Between rows(y + 0.5, view.seen.top, view.seen.height, grid.rows);
        for (int x = 0; x < out.width; ++x, pixel += 3) {
            const Between columns(x + 0.5, view.seen.left, view.seen.width, grid.columns);
            Colour colour = mix({pixel[0], pixel[1], pixel[2]}, draw::kPaper, kPale);
            if (rows.inside && columns.inside) {
                const auto at = [&](size_t row, size_t column) {
                    return static_cast<double>(values[row * static_cast<size_t>(grid.columns) + column]);
                };
                const double value = rows(columns(at(rows.before, columns.before), at(rows.before, columns.after)),
                                          columns(at(rows.after, columns.before), at(rows.after, columns.after)));
                colour = heat_on_photo(scale.level(value), black + (1 - black) * contrast(pixel));
            }
            pixel[0] = colour.red, pixel[1] = colour.green, pixel[2] = colour.blue;
        }
    }
    return out;
}

}  // namespace heed
