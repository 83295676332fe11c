#include "models/vision/attention_picture.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "draw/cells.h"
#include "draw/font.h"
#include "heed.h"
#include "models/vision/photo_heat.h"

namespace heed {
namespace {

using namespace draw;

constexpr double kMargin = 36, kBetween = 36;  // around the page, between its halves
constexpr double kTitle = 24, kText = 15, kSmall = 13;
constexpr double kMostWide = 460, kMostHigh = 480;  // points a photo may take
constexpr double kLeastColumn = 360;                // that words need
constexpr double kLongest = 8;                      // of a photo's sides, as multiples of the other: more is squeezed
constexpr double kAround = 1.5;                     // how much is shown around what was seen, as multiples of it
constexpr double kGuessLine = 26, kBarRoom = 50, kBarInset = 14, kLineStep = 1.5 * kSmall;

// What is shown: the photo and all that was seen, but no endless rest of a panorama.
Region shown(const SeenPhoto& photo) {
    const Region& seen = photo.seen;
    const double left = std::max(std::min(0.0, seen.left), seen.left - kAround * seen.width);
    const double top = std::max(std::min(0.0, seen.top), seen.top - kAround * seen.height);
    const double right = std::min(std::max<double>(photo.photo.width, seen.left + seen.width), seen.left + (1 + kAround) * seen.width);
    const double bottom = std::min(std::max<double>(photo.photo.height, seen.top + seen.height), seen.top + (1 + kAround) * seen.height);
    return {left, top, right - left, bottom - top};
}

// In points, as large as there is room for.
Box fitted(const Region& part) {
    const double proportion = std::clamp(part.width / part.height, 1 / kLongest, kLongest);
    const double width = std::min(kMostWide, kMostHigh * proportion);
    return {0, 0, width, width / proportion};
}

std::string percent(double share, int decimals = 1) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(decimals) << 100 * share << " %";
    return out.str();
}

// Labels list other names of the same thing: as many as there is room for.
std::string fitting(std::string label, double width) {
    for (size_t comma = label.rfind(", "); text_width(label, kText) > width && comma != std::string::npos; comma = label.rfind(", ")) {
        label.resize(comma);
    }
    return label;
}

void draw_guesses(Canvas& canvas, Point at, double width, const std::vector<Guess>& guesses) {
    const double number = text_width("100.0 %", kText), names = 0.46 * width, bars = width - names - number - 3 * kWordGap;
    for (const Guess& guess : guesses) {
        at.y += kGuessLine;
        const bool first = &guess == &guesses.front();
        canvas.text({at.x, at.y}, shortened(fitting(guess.label, names), kText, names), {.size = kText, .bold = first});
        const double left = canvas.snapped(at.x + names + 2 * kWordGap), top = canvas.snapped(at.y - 0.82 * kText);
        canvas.fill({left, top, bars, 0.95 * kText}, mix(kPaper, kLine, 0.45));
        canvas.fill({left, top, bars * std::clamp(guess.probability, 0.0, 1.0), 0.95 * kText}, heat(first ? 0.62 : 0.42));
        const std::string likely = guess.probability < 0.0005 ? "< 0.1 %" : percent(guess.probability);
        canvas.text({at.x + width, at.y}, likely, {.size = kText, .bold = first, .align = Align::end});
    }
}

std::string explanation(const SeenPhoto& photo, const Grid& grid, const Region& part) {
    const bool all_seen = photo.seen.width >= 0.99 * part.width && photo.seen.height >= 0.99 * part.height;
    const double even = 1.0 / static_cast<double>(grid.cells());
    return text("Attention rollout: how much of what ", photo.model, " answers from came from which patch, through all its layers. The ",
                grid.cells(), " patches (", grid.rows, "\u00d7", grid.columns, ") add up to 100 %; looking evenly would give each ",
                percent(even, even < 0.1 ? 2 : 1), ".", all_seen ? "" : " It did not see what is pale.");
}

}  // namespace

io::Image draw_attention_overlay(const SeenPhoto& photo, const Grid& grid, std::span<const float> shares,
                                 const std::vector<Guess>& guesses) {
    check_seen(photo.photo, photo.seen);
    const Region part = shown(photo);
    const Box box = fitted(part);
    const double column = std::max(box.width, kLeastColumn), right = kMargin + column + kBetween;
    const double top = kMargin + 1.6 * kTitle + 2.2 * kSmall, below = top + box.height + 18;
    const std::vector<std::string> lines = wrapped(explanation(photo, grid, part), kSmall, column);
    const double guesses_high = kGuessLine * static_cast<double>(guesses.size());
    const double words_high = kBarRoom + kLineStep * static_cast<double>(lines.size());
    Canvas canvas(right + column + kMargin, below + std::max(guesses_high, words_high) + kMargin);

    const PixelSize pixels{static_cast<int>(std::lround(box.width * canvas.pixels_per_point())),
                           static_cast<int>(std::lround(box.height * canvas.pixels_per_point()))};
    const PhotoView view = view_photo(photo.photo, part, photo.seen, pixels);
    const ColourScale scale = scale_on_photo(shares);
    canvas.text({kMargin, kMargin + 0.8 * kTitle}, shortened(text("Where ", photo.model, " looked"), kTitle, 2 * column + kBetween),
                {.size = kTitle, .bold = true});
    canvas.text({kMargin, top - 0.8 * kSmall}, shortened(photo.name, kSmall, column), {.size = kSmall, .colour = kFaint});
    canvas.picture({kMargin, top}, view.image);
    canvas.text({right, top - 0.8 * kSmall}, "attention rollout", {.size = kSmall, .colour = kFaint});
    canvas.picture({right, top}, lay_heat(view, grid, shares, scale));
    const double points = 1 / canvas.pixels_per_point();
    draw_frame(canvas, {right + points * view.seen.left, top + points * view.seen.top, points * view.seen.width, points * view.seen.height},
               kFaint);

    draw_guesses(canvas, {kMargin, below - 0.35 * kGuessLine}, column, guesses);
    draw_colour_bar(canvas, {right + kBarInset, below, column - 3 * kBarInset, 12}, scale);
    for (size_t i = 0; i < lines.size(); ++i) {
        canvas.text({right, below + kBarRoom + kLineStep * (static_cast<double>(i) + 0.5)}, lines[i], {.size = kSmall, .colour = kFaint});
    }
    return canvas.image();
}

}  // namespace heed
