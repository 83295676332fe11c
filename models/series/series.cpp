#include "models/series/series.h"

namespace heed {
namespace {

constexpr Init kSmall{Init::Kind::normal, 0.02};

struct SeriesModel {
    nn::Linear source, target, output;
    nn::Encoder encoder;
    nn::Decoder decoder;
    Tensor encoder_bias, decoder_bias, cross_bias;  // [H,2R+1] by distance
};

SeriesModel load(const SeriesConfig& config, const Weights& weights) {
    const int64_t channels = config.channels();
    const auto bias = [&](const char* scope, const char* name) {
        return (weights / scope).tensor(name, {config.decoder.self.heads, 2 * config.reach + 1}, kSmall);
    };
    return {.source = nn::load_linear(weights / "source", {.in = config.features(), .out = channels}),
            .target = nn::load_linear(weights / "target", {.in = config.features(), .out = channels}),
            .output = nn::load_linear(weights / "output", {.in = channels, .out = 2}),
            .encoder = nn::load_encoder(weights / "encoder", config.encoder),
            .decoder = nn::load_decoder(weights / "decoder", config.decoder),
            .encoder_bias = bias("encoder", "relative_bias"),
            .decoder_bias = bias("decoder", "relative_bias"),
            .cross_bias = bias("decoder", "cross_relative_bias")};
}

std::vector<nn::TokenCache> caches(Graph& graph, const char* name, int layers, int64_t rows, int64_t capacity,
                                   const nn::AttentionShape& shape) {
    std::vector<nn::TokenCache> out;
    for (int i = 0; i < layers; ++i) {
        out.push_back(nn::make_cache(graph, text(name, " ", i), rows, capacity, shape));
    }
    return out;
}

std::vector<nn::TokenCache> source_caches(Graph& graph, const SeriesConfig& config, const SeriesSizes& sizes) {
    return caches(graph, "source rows", config.decoder.layers, 1, sizes.rows, config.decoder.cross);
}

std::vector<nn::TokenCache> target_caches(Graph& graph, const SeriesConfig& config, const SeriesSizes& sizes) {
    return caches(graph, "target rows", config.decoder.layers, sizes.paths, sizes.rows, config.decoder.self);
}

}  // namespace

Graph build_series_prompt(const SeriesConfig& config, WeightSource& source, const SeriesPrompt& plan) {
    Graph graph;
    const SeriesModel model = load(config, Weights(graph, source));
    const Shape rows{1, plan.sizes.rows, config.features()};
    const Tensor length = graph.dynamic("length", {1}), zeros = graph.dynamic("zeros", {1});
    const Tensor read = nn::linear(graph.input("source", rows), model.source);  // [1,S,C]
    const nn::Encoded encoded = nn::encode(read, model.encoder, {.mask = {.key_lengths = length, .relative_bias = model.encoder_bias}});
    std::vector<nn::Memory> memories;
    const std::vector<nn::TokenCache> kept = source_caches(graph, config, plan.sizes);
    for (size_t i = 0; i < kept.size(); ++i) {
        memories.push_back(nn::memory_of(nn::remember_in(kept[i], encoded.out, model.decoder.blocks[i].cross, zeros)));
    }
    const nn::Decoded decoded = nn::decode(nn::linear(graph.input("target", rows), model.target), model.decoder, memories,
                                           {.self_mask = {.relative_bias = model.decoder_bias},
                                            .cross_mask = {.key_lengths = length, .relative_bias = model.cross_bias},
                                            .caches = target_caches(graph, config, plan.sizes),
                                            .starts = zeros,
                                            .lineage = graph.input("owners", {1, plan.sizes.rows}, DType::i32),
                                            .keep_stats = plan.attention});
    graph.output("next", nn::linear(decoded.out, model.output));  // [1,T,2]
    for (size_t i = 0; plan.attention && i < decoded.cross.size(); ++i) {
        graph.output(text("cross.", i), nn::attention_map(decoded.cross[i]));
    }
    return graph;
}

Graph build_series_step(const SeriesConfig& config, WeightSource& source, const SeriesSizes& sizes) {
    Graph graph;
    const SeriesModel model = load(config, Weights(graph, source));
    const Tensor starts = graph.dynamic("starts", {sizes.paths});
    std::vector<nn::Memory> memories;
    for (const nn::TokenCache& cache : source_caches(graph, config, sizes)) {
        memories.push_back(nn::memory_of(cache));
    }
    const Tensor row = graph.input("target", {sizes.paths, 1, config.features()});
    const nn::Decoded decoded = nn::decode(
        nn::linear(row, model.target), model.decoder, memories,
        {.self_mask = {.key_lengths = graph.dynamic("seen", {sizes.paths}), .relative_bias = model.decoder_bias},
         .cross_mask = {.key_lengths = graph.dynamic("length", {sizes.paths}), .query_starts = starts, .relative_bias = model.cross_bias},
         .caches = target_caches(graph, config, sizes),
         .starts = starts,
         .lineage = graph.input("owners", {sizes.paths, sizes.rows}, DType::i32),
         .sentences = graph.input("sources", {sizes.paths, 1}, DType::i32)});
    graph.output("next", nn::linear(decoded.out, model.output));  // [R,1,2]
    return graph;
}

}  // namespace heed
