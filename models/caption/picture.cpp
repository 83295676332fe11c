#include "models/caption/picture.h"

#include <algorithm>
#include <cmath>

#include "draw/canvas.h"
#include "draw/cells.h"
#include "draw/font.h"
#include "draw/svg.h"
#include "heed.h"
#include "io/resize.h"
#include "models/vision/photo_heat.h"

namespace heed {
namespace {

using namespace draw;

constexpr double kMargin = 36, kGap = 14, kTitle = 24, kWord = 16, kSmall = 13, kLineStep = 1.5 * kSmall;
constexpr double kTile = 144;     // points either way: what the model sees is square
constexpr size_t kAcross = 6;     // tiles in a row
constexpr double kWordRoom = 26;  // above a tile
constexpr double kBarWidth = 260, kBarRoom = 50;
constexpr double kBlack = 0.6;  // of the picture under the heat

// Where everything goes: the picture first, then a tile a word.
struct Page {
    size_t tiles = 1;
    std::vector<std::string> lines;
    double width = 0, below = 0, height = 0;

    Point corner(size_t tile) const {
        const double step = kTile + kGap;
        return {kMargin + static_cast<double>(tile % kAcross) * step,
                kMargin + 1.7 * kTitle + kWordRoom + static_cast<double>(tile / kAcross) * (step + kWordRoom)};
    }
};

std::string explanation(const CaptionedPicture& captioned) {
    const Grid& grid = captioned.grid;
    return text("Above each tile the word that was written after looking there. ",
                captioned.hard ? "The model looks at one place at a time, of " : "Shares of the model's look, 100 % in each tile, among ",
                grid.cells(), " places (", grid.rows, "\u00d7", grid.columns, ").");
}

Page lay_out(const CaptionedPicture& captioned) {
    if (captioned.picture.channels != 3 || captioned.picture.width < 1 ||
        captioned.caption.shares.size() != captioned.caption.words.size()) {
        fail(ErrorKind::bad_input, "caption: expected an RGB picture and a look for each of ", captioned.caption.words.size(),
             " words, got ", captioned.picture.channels, " channels and ", captioned.caption.shares.size(), " looks");
    }
    Page page{.tiles = captioned.caption.words.size() + 1};
    page.width = 2 * kMargin + static_cast<double>(kAcross) * (kTile + kGap) - kGap;
    page.below = page.corner(page.tiles - 1).y + kTile + kGap;
    page.lines = wrapped(explanation(captioned), kSmall, page.width - 2 * kMargin - kBarWidth - 60);
    page.height = page.below + std::max(kBarRoom, kLineStep * static_cast<double>(page.lines.size())) + kMargin;
    return page;
}

ColourScale scale_of(const CaptionedPicture& captioned) {
    std::vector<float> all;
    std::ranges::for_each(captioned.caption.shares,
                          [&](const std::vector<float>& look) { all.insert(all.end(), look.begin(), look.end()); });
    ColourScale scale = scale_on_photo(all);
    scale.least = 0;
    return scale;
}

void draw_words(Surface& surface, const Page& page, const CaptionedPicture& captioned) {
    const std::string name = shortened(captioned.name, kSmall, page.width / 3);
    surface.text({kMargin, kMargin + 0.8 * kTitle},
                 shortened(captioned.caption.text(), kTitle, page.width - 2 * kMargin - text_width(name, kSmall) - kTitle),
                 {.size = kTitle, .bold = true});
    surface.text({page.width - kMargin, kMargin + 0.8 * kTitle}, name, {.size = kSmall, .colour = kFaint, .align = Align::end});
    for (size_t i = 0; i < captioned.caption.words.size(); ++i) {
        const Point corner = page.corner(i + 1);
        surface.text({corner.x, corner.y - 0.5 * kWord}, shortened(captioned.caption.words[i], kWord, kTile), {.size = kWord});
    }
    for (size_t i = 0; i < page.lines.size(); ++i) {
        surface.text({kMargin + kBarWidth + 60, page.below + kLineStep * (static_cast<double>(i) + 0.5)}, page.lines[i],
                     {.size = kSmall, .colour = kFaint});
    }
}

// The picture as the model sees it: squeezed into a square.
PhotoView squared(const io::Image& picture, int side) {
    const Region all{0, 0, static_cast<double>(side), static_cast<double>(side)};
    return view_photo(io::resize(picture, side, side, io::Filter::bicubic), all, all, {side, side});
}

void draw_page(Surface& surface, const Page& page, const CaptionedPicture& captioned) {
    const ColourScale scale = scale_of(captioned);
    const PhotoView view = squared(captioned.picture, static_cast<int>(std::lround(kTile * surface.pixels_per_point())));
    draw_words(surface, page, captioned);
    surface.picture(page.corner(0), view.image);
    for (size_t i = 0; i < captioned.caption.shares.size(); ++i) {
        surface.picture(page.corner(i + 1), lay_heat(view, captioned.grid, captioned.caption.shares[i], scale, kBlack));
    }
    draw_colour_bar(surface, {kMargin + 14, page.below, kBarWidth, 12}, scale);
}

}  // namespace

io::Image draw_caption(const CaptionedPicture& captioned) {
    const Page page = lay_out(captioned);
    Canvas canvas(page.width, page.height);
    draw_page(canvas, page, captioned);
    return canvas.image();
}

std::string caption_svg(const CaptionedPicture& captioned) {
    const Page page = lay_out(captioned);
    Svg svg(page.width, page.height, captioned.caption.text());
    draw_page(svg, page, captioned);
    return svg.file();
}

}  // namespace heed
