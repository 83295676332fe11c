#include "models/transformer/transformer.h"

namespace heed {
namespace {

constexpr Init kSmall{Init::Kind::normal, 0.02};

// [P,C], or absent.
Tensor load_positions(const Weights& weights, const TokenPositions& positions, int64_t channels, int64_t reach) {
    const int64_t count = positions.count.value_or(reach);
    switch (positions.kind) {
        case TokenPositions::Kind::none: return {};
        case TokenPositions::Kind::learned: {
            const int64_t first = positions.first_row;
            return weights.rows({positions.table, {first + count, channels}, kSmall}, first, first + count);
        }
        case TokenPositions::Kind::sinusoidal: break;
    }
    // the choices are in the name, since source and target may differ and plans of several lengths may share one Store
    const nn::Sinusoids& how = positions.sinusoids;
    const std::string name =
        text("positions.", how.halves ? "halves." : "turns.", how.reaches_base ? "reaching." : "", how.first, ".", how.base, ".", count);
    return weights.constant(name, {count, channels}, [&] { return nn::sinusoidal_positions(count, channels, how); });
}

nn::Embedding load_embedding(const Weights& weights, const TokenEmbedding& embedding, const nn::NormShape& norm, int64_t reach) {
    return {.words = weights.tensor(embedding.table, {embedding.words, norm.channels}, kSmall),
            .scale = embedding.scale,
            .positions = load_positions(weights, embedding.positions, norm.channels, reach),
            .norm = embedding.norm.empty() ? nn::Norm() : nn::load_norm(weights / embedding.norm, norm)};
}

// [H,2R+1], or absent.
Tensor load_relative(const Weights& weights, const RelativePositions& relative, int64_t heads) {
    if (relative.table.empty()) {
        return {};
    }
    const Weights::Part by_bucket{relative.table, {relative.buckets.count, heads}, kSmall};
    return weights.constant(relative.table + " by distance", {heads, 2 * relative.buckets.max_distance + 1},
                            [&] { return nn::relative_bias(weights.numbers(by_bucket), relative.buckets); });
}

nn::Linear load_output(const Weights& weights, const TransformerConfig& config) {
    const TransformerOutput& output = config.output;
    const int64_t words = config.target.words;
    return {.weight = weights.tensor(output.weight, {words, config.channels()}, kSmall),
            .bias = output.bias.empty() ? Tensor() : weights.stored_as(DType::f32).reshaped({output.bias, output.bias_shape, {}}, {words})};
}

void check_tokens(const TransformerConfig& config, const char* side, int64_t tokens, int64_t longest) {
    if (tokens < 1 || tokens > longest) {
        fail(ErrorKind::bad_input, config.family, ": expected 1 to ", longest, " ", side, " tokens, got ", tokens);
    }
}

}  // namespace

Transformer load_transformer(const TransformerConfig& config, const Weights& weights, const TransformerReach& reach) {
    return {.source = load_embedding(weights, config.source, config.encoder.norm, reach.source),
            .target = load_embedding(weights, config.target, config.decoder.norm, reach.target),
            .encoder = nn::load_encoder(weights / config.encoder_scope, config.encoder, config.in_encoder),
            .decoder = nn::load_decoder(weights / config.decoder_scope, config.decoder, config.in_decoder),
            .encoder_bias = load_relative(weights, config.encoder_positions, config.encoder.attention.heads),
            .decoder_bias = load_relative(weights, config.decoder_positions, config.decoder.self.heads),
            .output = load_output(weights, config),
            .output_scale = config.output.scale};
}

nn::Encoded encode_source(const Transformer& model, Tensor ids, Tensor lengths, bool keep_stats) {
    return nn::encode(nn::embed(ids, model.source), model.encoder,
                      {.mask = {.key_lengths = lengths, .relative_bias = model.encoder_bias}, .keep_stats = keep_stats});
}

nn::Decoded decode_target(const Transformer& model, Tensor ids, const std::vector<nn::Memory>& memories, nn::DecodeOptions options) {
    options.self_mask.relative_bias = model.decoder_bias;
    return nn::decode(nn::embed(ids, model.target, options.starts), model.decoder, memories, options);
}

Tensor transformer_logits(const Transformer& model, Tensor decoded) {
    // halves are too coarse to tell likely tokens apart
    return matmul(cast(decoded, DType::f32), model.output.weight,
                  {.transpose_b = true, .scale = model.output_scale, .bias = model.output.bias});
}

Graph build_transformer(const TransformerConfig& config, WeightSource& source, const TransformerOptions& options) {
    check_tokens(config, "source", options.source_tokens, config.longest_source());
    check_tokens(config, "target", options.target_tokens, config.longest_target());
    Graph graph;
    const Transformer model = load_transformer(config, Weights(graph, source).stored_as(options.stored),
                                               {.source = options.source_tokens, .target = options.target_tokens});
    const Tensor lengths = graph.dynamic("source_lengths", {options.batch});
    const Tensor source_ids = graph.input("source_ids", {options.batch, options.source_tokens}, DType::i32);
    const nn::Encoded encoded = encode_source(model, source_ids, lengths, options.maps.encoder);
    const Tensor target_ids = graph.input("target_ids", {options.batch, options.target_tokens}, DType::i32);
    const nn::Decoded decoded =
        decode_target(model, target_ids, nn::remember(encoded.out, model.decoder),
                      {.cross_mask = {.key_lengths = lengths}, .keep_stats = options.maps.self || options.maps.cross});
    if (options.logits) {
        graph.output("logits", transformer_logits(model, decoded.out));
    }
    if (options.encoded) {
        graph.output("encoded", encoded.out);
    }
    const auto output_maps = [&](const char* name, bool wanted, const std::vector<nn::Attended>& blocks) {
        for (size_t i = 0; wanted && i < blocks.size(); ++i) {
            graph.output(text(name, i), nn::attention_map(blocks[i]));
        }
    };
    output_maps("encoder.", options.maps.encoder, encoded.layers);
    output_maps("self.", options.maps.self, decoded.self);
    output_maps("cross.", options.maps.cross, decoded.cross);
    return graph;
}

}  // namespace heed
