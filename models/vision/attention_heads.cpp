#include <algorithm>
#include <cmath>

#include "draw/cells.h"
#include "draw/font.h"
#include "heed.h"
#include "models/vision/attention_picture.h"
#include "models/vision/photo_heat.h"

namespace heed {
namespace {

using namespace draw;

constexpr double kMargin = 36;
constexpr double kTitle = 24, kSmall = 13, kLineStep = 1.5 * kSmall;
constexpr double kWidth = 1060, kHeight = 860;    // points that all maps together may take
constexpr double kLeastMap = 22, kMostMap = 150;  // points a map may be wide
constexpr double kLongest = 2;                    // of a map's sides, as multiples of the other
constexpr double kLeastPage = 640;                // that words need
constexpr double kNameRoom = 60;                  // left of the maps
constexpr double kBlack = 0.6;                    // of the photo: small maps need calm
constexpr double kWordyMap = 52;                  // that is wide enough for "layer 12"
constexpr double kBarWidth = 260, kBarRoom = 44;

// Layers side by side, heads below one another.
struct Maps {
    double layers = 0, heads = 0;
    double gap = 0, width = 0, height = 0;  // of a map

    double left(size_t layer) const { return kMargin + kNameRoom + static_cast<double>(layer) * (width + gap); }
    double top(int64_t head) const { return kMargin + 1.6 * kTitle + 2.4 * kSmall + static_cast<double>(head) * (height + gap); }
};

Maps lay_out(const SeenPhoto& photo, const VisionAttention& attention) {
    Maps maps{.layers = static_cast<double>(attention.layers.size()), .heads = static_cast<double>(attention.heads)};
    const double proportion = std::clamp(photo.seen.width / photo.seen.height, 1 / kLongest, kLongest);
    maps.gap = maps.layers > 16 || maps.heads > 12 ? 4 : 8;
    const double wide = (kWidth + maps.gap) / maps.layers - maps.gap, high = (kHeight + maps.gap) / maps.heads - maps.gap;
    maps.width = std::floor(2 * std::clamp(std::min(wide, high * proportion), kLeastMap, kMostMap)) / 2;
    maps.height = std::max(1.0, std::round(2 * maps.width / proportion) / 2);
    return maps;
}

std::string explanation(const SeenPhoto& photo, const VisionAttention& attention) {
    return text("Layers of ", photo.model, " from left to right, the heads of a layer below one another. Each map shows how much of ",
                attention.class_token ? "the class token's" : "the patches'", " attention, out of 100 %, goes to which patch",
                attention.class_token ? "" : " on average", "; what is missing goes to tokens that are no patches.");
}

void draw_maps(Canvas& canvas, const Maps& maps, const SeenPhoto& photo, const VisionAttention& attention, std::span<const float> looks,
               const ColourScale& scale) {
    const auto cells = static_cast<size_t>(attention.grid.cells());
    const PixelSize pixels{static_cast<int>(std::lround(maps.width * canvas.pixels_per_point())),
                           static_cast<int>(std::lround(maps.height * canvas.pixels_per_point()))};
    const PhotoView view = view_photo(photo.photo, photo.seen, photo.seen, pixels);
    for (size_t layer = 0; layer < attention.layers.size(); ++layer) {
        for (int64_t head = 0; head < attention.heads; ++head, looks = looks.subspan(cells)) {
            canvas.picture({maps.left(layer), maps.top(head)}, lay_heat(view, attention.grid, looks.first(cells), scale, kBlack));
        }
        canvas.text({maps.left(layer) + maps.width / 2, maps.top(0) - 0.7 * kSmall},
                    text(maps.width < kWordyMap ? "" : "layer ", layer + 1), {.size = kSmall, .colour = kFaint, .align = Align::middle});
    }
    for (int64_t head = 0; head < attention.heads; ++head) {
        canvas.text({maps.left(0) - 12, maps.top(head) + maps.height / 2 + 0.3 * kSmall}, text("head ", head + 1),
                    {.size = kSmall, .colour = kFaint, .align = Align::end});
    }
}

}  // namespace

io::Image draw_attention_heads(const SeenPhoto& photo, const VisionAttention& attention) {
    check_seen(photo.photo, photo.seen);
    const size_t layers = attention.layers.size();
    if (layers == 0) {
        fail(ErrorKind::bad_input, "attention: expected the weights of a layer or more, got none");
    }
    std::vector<float> looks;  // [layers, heads, cells]
    for (size_t layer = 0; layer < layers; ++layer) {
        const std::vector<float> of_layer = attention_by_head(attention, layer);
        looks.insert(looks.end(), of_layer.begin(), of_layer.end());
    }
    ColourScale scale = scale_on_photo(looks);
    scale.least = 0;
    scale.roots = true;

    const Maps maps = lay_out(photo, attention);
    const double below = maps.top(attention.heads) + 14, words = kBarWidth + 60;
    const double page = std::max(kLeastPage, maps.left(layers) - maps.gap - kMargin);
    const std::vector<std::string> lines = wrapped(explanation(photo, attention), kSmall, page - words);
    Canvas canvas(page + 2 * kMargin, below + std::max(kBarRoom, kLineStep * static_cast<double>(lines.size())) + kMargin);

    const std::string name = shortened(photo.name, kSmall, page / 3);
    canvas.text({kMargin, kMargin + 0.8 * kTitle},
                shortened(text("Where each head of ", photo.model, " looked"), kTitle, page - text_width(name, kSmall) - kTitle),
                {.size = kTitle, .bold = true});
    canvas.text({kMargin + page, kMargin + 0.8 * kTitle}, name, {.size = kSmall, .colour = kFaint, .align = Align::end});
    draw_maps(canvas, maps, photo, attention, looks, scale);
    draw_colour_bar(canvas, {kMargin + 14, below, kBarWidth, 12}, scale);
    for (size_t i = 0; i < lines.size(); ++i) {
        canvas.text({kMargin + words, below + kLineStep * (static_cast<double>(i) + 0.5)}, lines[i], {.size = kSmall, .colour = kFaint});
    }
    return canvas.image();
}

}  // namespace heed
