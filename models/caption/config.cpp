#include "models/caption/config.h"

#include "heed.h"

namespace heed {
namespace {

constexpr int64_t kMostPixels = 4096, kMostConvolutions = 10, kMostChannels = 65536;

}  // namespace

Grid CaptionConfig::grid() const {
    const int64_t side = image_size >> (channels.size() - 1);
    return {side, side};
}

CaptionConfig read_caption_config(const Config& config) {
    if (config.string("model_type") != "heed_caption") {
        config.refuse("model_type", "heed_caption");
    }
    const WholeRange size{.least = 1, .most = kMostChannels};
    CaptionConfig out{.image_size = config.integer("image_size", {.least = 1, .most = kMostPixels}),
                      .channels = config.integers("channels", size),
                      .embedding = config.integer("embedding", size),
                      .hidden = config.integer("hidden", size),
                      .attention = config.integer("attention_size", size),
                      .words = config.integer("vocab_size", {.least = 2, .most = 1 << 20})};
    const std::string kind = config.string("attention");
    if (kind != "soft" && kind != "hard") {
        config.refuse("attention", "soft or hard");
    }
    out.hard = kind == "hard";
    if (out.channels.size() < 2 || static_cast<int64_t>(out.channels.size()) > kMostConvolutions) {
        config.refuse("channels", text("a list of 2 to ", kMostConvolutions, " convolutions"));
    }
    if (const int64_t step = int64_t{1} << (out.channels.size() - 1); out.image_size % step != 0) {
        config.refuse("image_size", text("a multiple of ", step, ", by which ", out.channels.size(), " convolutions make it smaller"));
    }
    return out;
}

}  // namespace heed
