#include "models/series/config.h"

#include "models/activation_name.h"

namespace heed {

bool is_series(const Config& file) {
    return file.string_or("model_type", "") == "heed_series";
}

SeriesConfig read_series_config(const Config& file) {
    constexpr WholeRange kSize{1, 1 << 14}, kLayers{1, 64};
    if (!is_series(file)) {
        file.refuse("model_type", "heed_series");
    }
    const int64_t channels = file.integer("hidden_size", kSize);
    const int heads = static_cast<int>(file.integer("num_heads", {1, 256}));
    if (channels % heads != 0) {
        file.refuse("hidden_size", text("a multiple of the ", heads, " heads"));
    }
    const nn::AttentionShape self{.channels = channels, .heads = heads};
    nn::AttentionShape cross = self;
    cross.head_size = file.integer("cross_head_size", {1, 256});
    const nn::FeedForwardShape feed_forward{
        .channels = channels, .hidden = file.integer("intermediate_size", kSize), .activation = read_activation(file, "hidden_act")};
    const nn::NormShape norm{.channels = channels, .epsilon = file.number_or("layer_norm_eps", 1e-5)};
    SeriesConfig out{.encoder = {.layers = static_cast<int>(file.integer("encoder_layers", kLayers)),
                                 .attention = self,
                                 .feed_forward = feed_forward,
                                 .norm = norm,
                                 .norms = nn::NormPlace::before},
                     .decoder = {.layers = static_cast<int>(file.integer("decoder_layers", kLayers)),
                                 .self = self,
                                 .cross = cross,
                                 .feed_forward = feed_forward,
                                 .norm = norm,
                                 .norms = nn::NormPlace::before},
                     .steps_back = file.integer("steps_back", {1, 4096}),
                     .reach = file.integer("reach", {0, 4096}),
                     .rows = file.integer("rows", {4, 4096}),
                     .least_known = file.integer("least_known", {3, 4096}),
                     .limit = file.number("limit")};
    if (out.least_known >= out.rows) {
        file.refuse("least_known", text("fewer than the ", out.rows, " rows"));
    }
    if (!(out.limit > 0)) {
        file.refuse("limit", "a number above 0");
    }
    return out;
}

}  // namespace heed
