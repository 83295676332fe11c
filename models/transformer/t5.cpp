// T5 as first published, v1.1 and flan. What a file leaves out has the configuration class's default.
#include <cmath>

#include "models/activation_name.h"
#include "models/transformer/families.h"

namespace heed {
namespace {

// "relu", "gated-gelu": gated or not, and which activation.
nn::FeedForwardShape read_feed_forward(const Config& config, int64_t channels) {
    constexpr std::string_view key = "feed_forward_proj", gated = "gated-";
    const std::string given = config.string_or(key, "relu");
    nn::FeedForwardShape out{.channels = channels, .hidden = config.integer_or("d_ff", 2048, {1, 1 << 18}), .bias = false};
    out.gated = given.starts_with(gated);
    const std::string name = out.gated ? given.substr(gated.size()) : given;
    const std::optional<Activation> activation = find_activation(name);
    if (!activation) {
        config.refuse(key, "an activation, or gated- and an activation");
    }
    out.activation = given == "gated-gelu" ? Activation::gelu_tanh : *activation;  // the one that v1.1 was trained with
    return out;
}

void read_stacks(const Config& config, TransformerConfig& out) {
    const int64_t channels = config.integer_or("d_model", 512, {1, 1 << 16});
    const auto layers = static_cast<int>(config.integer_or("num_layers", 6, {1, 1024}));
    const nn::AttentionShape attention{.channels = channels,
                                       .heads = static_cast<int>(config.integer_or("num_heads", 8, {1, 1024})),
                                       .head_size = config.integer_or("d_kv", 64, {1, 1 << 16}),
                                       .scale = 1,
                                       .bias = false,
                                       .out_bias = false};
    const nn::NormShape norm{.channels = channels, .epsilon = config.number_or("layer_norm_epsilon", 1e-6), .rms = true};
    const nn::FeedForwardShape feed_forward = read_feed_forward(config, channels);
    out.encoder = {.layers = layers, .attention = attention, .feed_forward = feed_forward, .norm = norm, .norms = nn::NormPlace::before};
    out.decoder = {.layers = static_cast<int>(config.integer_or("num_decoder_layers", layers, {1, 1024})),
                   .self = attention,
                   .cross = attention,
                   .feed_forward = feed_forward,
                   .norm = norm,
                   .norms = nn::NormPlace::before};
}

void name_stacks(bool gated, TransformerConfig& out) {
    const auto attention = [](const std::string& layer, const std::string& kind) {
        const std::string scope = layer + "." + kind + ".";
        return nn::AttentionNames{.query = scope + "q", .key = scope + "k", .value = scope + "v", .out = scope + "o"};
    };
    const auto feed_forward = [&](const std::string& layer) {
        const std::string scope = layer + ".DenseReluDense.";
        return nn::FeedForwardNames{.up = scope + (gated ? "wi_1" : "wi"), .gate = scope + "wi_0", .down = scope + "wo"};
    };
    out.encoder_scope = "encoder", out.decoder_scope = "decoder";
    out.in_encoder = {.layers = "block",
                      .attention = "",
                      .attention_norm = "layer.0.layer_norm",
                      .feed_forward = "",
                      .feed_forward_norm = "layer.1.layer_norm",
                      .last_norm = "final_layer_norm",
                      .in_attention = attention("layer.0", "SelfAttention"),
                      .in_feed_forward = feed_forward("layer.1")};
    out.in_decoder = {.layers = "block",
                      .self = "",
                      .self_norm = "layer.0.layer_norm",
                      .cross = "",
                      .cross_norm = "layer.1.layer_norm",
                      .feed_forward = "",
                      .feed_forward_norm = "layer.2.layer_norm",
                      .last_norm = "final_layer_norm",
                      .in_self = attention("layer.0", "SelfAttention"),
                      .in_cross = attention("layer.1", "EncDecAttention"),
                      .in_feed_forward = feed_forward("layer.2")};
}

void read_relative(const Config& config, TransformerConfig& out) {
    const auto table = [](const std::string& scope) { return scope + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight"; };
    const int64_t buckets = config.integer_or("relative_attention_num_buckets", 32, {4, 1 << 12});
    const int64_t distance = config.integer_or("relative_attention_max_distance", 128, {2, 1 << 12});
    if (distance <= buckets / 2) {
        config.refuse("relative_attention_max_distance", text("more than half of the ", buckets, " buckets"));
    }
    out.encoder_positions = {.table = table("encoder"), .buckets = {.count = buckets, .max_distance = distance, .both_ways = true}};
    out.decoder_positions = {.table = table("decoder"), .buckets = {.count = buckets, .max_distance = distance}};
}

// What was first published has the words' table as its last matrix, scaled; what came after has a matrix of its own, and says so with
// tie_word_embeddings, or since transformers 5 with scale_decoder_outputs.
void read_words(const Config& config, const Checkpoint& checkpoint, TransformerConfig& out) {
    const std::string head = "lm_head.weight";
    const bool scaled = config.boolean_or("scale_decoder_outputs", config.boolean_or("tie_word_embeddings", true));
    const std::string table =
        first_present(checkpoint, {"shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", head});
    out.source.words = out.target.words = config.integer_or("vocab_size", 32128, {1, 1 << 24});
    out.source.table = out.target.table = table;
    out.output.weight = !scaled && checkpoint.has(head) ? head : table;
    out.output.scale = scaled ? 1 / std::sqrt(static_cast<double>(out.channels())) : 1;
}

}  // namespace

TransformerConfig read_t5(const Config& config, const Checkpoint& checkpoint) {
    TransformerConfig out;
    out.family = "T5";
    read_stacks(config, out);
    name_stacks(out.encoder.feed_forward.gated, out);
    read_relative(config, out);
    read_words(config, checkpoint, out);
    const auto token = [&](const char* key, std::optional<int32_t> otherwise) {
        return config.has(key) ? std::optional(static_cast<int32_t>(config.integer(key))) : otherwise;
    };
    out.tokens = {.padding = token("pad_token_id", 0),
                  .start = token("decoder_start_token_id", {}),
                  .end = token("eos_token_id", 1),
                  .forced_first = token("forced_bos_token_id", {}),
                  .forced_last = token("forced_eos_token_id", {})};
    return out;
}

}  // namespace heed
