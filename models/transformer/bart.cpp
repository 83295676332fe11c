// BART, and what shares its configuration class and tensor names: mBART, which norms before each branch, and Marian, whose positions are
// computed and whose source and target may have words of their own. What a file leaves out has the class's default.
#include <algorithm>
#include <cmath>

#include "models/activation_name.h"
#include "models/model_scope.h"
#include "models/transformer/families.h"

namespace heed {
namespace {

struct Family {
    std::string type;
    std::string title;
    bool norms_before = false;  // in each branch, and once more behind the last block
    bool normed_embedding = true;
    bool sinusoidal = false;
    int64_t words = 50265;
    TransformerTokens tokens = {.padding = 1, .start = 2, .end = 2, .forced_last = 2};
};

const Family kFamilies[] = {
    {.type = "bart", .title = "BART"},
    {.type = "mbart", .title = "mBART", .norms_before = true, .tokens = {.padding = 1, .end = 2, .forced_last = 2}},
    {.type = "marian",
     .title = "Marian",
     .normed_embedding = false,
     .sinusoidal = true,
     .words = 58101,
     .tokens = {.padding = 58100, .start = 58100, .end = 0, .forced_last = 0}},
};

constexpr int64_t kFirstRow = 2;  // of learned positions, whatever the padding's id

// Old files say what is the family's nature now; one that says otherwise is of a model that nobody publishes.
void check_nature(const Config& config, const Family& family) {
    const std::pair<const char*, bool> natures[] = {{"normalize_before", family.norms_before},
                                                    {"add_final_layer_norm", family.norms_before},
                                                    {"normalize_embedding", family.normed_embedding},
                                                    {"static_position_embeddings", family.sinusoidal}};
    for (const auto& [key, expected] : natures) {
        if (config.boolean_or(key, expected) != expected) {
            config.refuse(key, expected ? "true" : "false");
        }
    }
    if (!family.sinusoidal && config.integer_or("extra_pos_embeddings", kFirstRow) != kFirstRow) {
        config.refuse("extra_pos_embeddings", text(kFirstRow));
    }
}

nn::AttentionShape read_heads(const Config& config, const char* key, int64_t channels) {
    const int64_t heads = config.integer_or(key, 16, {1, 1024});
    if (channels % heads != 0) {
        config.refuse(key, text("a divisor of the ", channels, " channels"));
    }
    return {.channels = channels, .heads = static_cast<int>(heads)};
}

void read_stacks(const Config& config, const Family& family, TransformerConfig& out) {
    const int64_t channels = config.integer_or("d_model", 1024, {1, 1 << 16});
    const auto layers = [&](const char* key) { return static_cast<int>(config.integer_or(key, 12, {1, 1024})); };
    const auto hidden = [&](const char* key) {
        return nn::FeedForwardShape{.channels = channels,
                                    .hidden = config.integer_or(key, 4096, {1, 1 << 18}),
                                    .activation = read_activation(config, "activation_function")};
    };
    const nn::NormPlace norms = family.norms_before ? nn::NormPlace::before : nn::NormPlace::after;
    out.encoder = {.layers = layers("encoder_layers"),
                   .attention = read_heads(config, "encoder_attention_heads", channels),
                   .feed_forward = hidden("encoder_ffn_dim"),
                   .norm = {.channels = channels},
                   .norms = norms};
    const nn::AttentionShape heads = read_heads(config, "decoder_attention_heads", channels);
    out.decoder = {.layers = layers("decoder_layers"),
                   .self = heads,
                   .cross = heads,
                   .feed_forward = hidden("decoder_ffn_dim"),
                   .norm = {.channels = channels},
                   .norms = norms};
}

void name_stacks(const std::string& scope, const Family& family, TransformerConfig& out) {
    const nn::AttentionNames attention{.query = "q_proj", .key = "k_proj", .value = "v_proj", .out = "out_proj"};
    const nn::FeedForwardNames feed_forward{.up = "fc1", .down = "fc2"};
    const std::string last = family.norms_before ? "layer_norm" : "";
    out.encoder_scope = scope + "encoder", out.decoder_scope = scope + "decoder";
    out.in_encoder = {.attention = "self_attn",
                      .attention_norm = "self_attn_layer_norm",
                      .feed_forward = "",
                      .feed_forward_norm = "final_layer_norm",
                      .last_norm = last,
                      .in_attention = attention,
                      .in_feed_forward = feed_forward};
    out.in_decoder = {.self = "self_attn",
                      .self_norm = "self_attn_layer_norm",
                      .cross = "encoder_attn",
                      .cross_norm = "encoder_attn_layer_norm",
                      .feed_forward = "",
                      .feed_forward_norm = "final_layer_norm",
                      .last_norm = last,
                      .in_self = attention,
                      .in_cross = attention,
                      .in_feed_forward = feed_forward};
}

// Of the encoder or the decoder, whose scope it is; the words are read elsewhere.
TokenEmbedding read_embedding(const Config& config, const Family& family, const std::string& scope, int64_t channels) {
    TokenEmbedding out;
    out.scale = config.boolean_or("scale_embedding", false) ? std::sqrt(static_cast<double>(channels)) : 1;
    out.norm = family.normed_embedding ? scope + ".layernorm_embedding" : "";
    out.positions.count = config.integer_or("max_position_embeddings", 1024, {1, 1 << 20});
    if (family.sinusoidal) {
        out.positions.kind = TokenPositions::Kind::sinusoidal;
        out.positions.sinusoids = {.halves = true};
    } else {
        out.positions.kind = TokenPositions::Kind::learned;
        out.positions.table = scope + ".embed_positions.weight";
        out.positions.first_row = kFirstRow;
    }
    return out;
}

// Which tables there are, and which of them is also the last matrix.
void read_words(const Config& config, const Checkpoint& checkpoint, const Family& family, const std::string& scope,
                TransformerConfig& out) {
    const std::string shared = scope + "shared.weight", head = "lm_head.weight";
    const std::string encoder = scope + "encoder.embed_tokens.weight", decoder = scope + "decoder.embed_tokens.weight";
    const int64_t words = config.integer_or("vocab_size", family.words, {1, 1 << 24});
    const bool marian = family.type == "marian";
    const bool one_table = !marian || config.boolean_or("share_encoder_decoder_embeddings", true);
    const bool tied = config.boolean_or("tie_word_embeddings", true);
    out.source.words = words;
    out.target.words = one_table ? words : config.integer_or("decoder_vocab_size", words, {1, 1 << 24});
    if (!one_table) {
        out.source.table = encoder;
        out.target.table = tied ? first_present(checkpoint, {decoder, head}) : decoder;
    } else if (tied) {
        out.source.table = out.target.table = first_present(checkpoint, {shared, encoder, decoder, head});
    } else {
        out.source.table = first_present(checkpoint, {encoder, shared, decoder});
        out.target.table = first_present(checkpoint, {decoder, shared, encoder});
    }
    const std::string bias = "final_logits_bias";
    out.output = {.weight = tied ? out.target.table : head, .bias = checkpoint.has(bias) ? bias : "", .bias_shape = {1, out.target.words}};
}

TransformerTokens read_tokens(const Config& config, const Family& family) {
    TransformerTokens out = family.tokens;
    const auto read = [&](const char* key, std::optional<int32_t>& token) {
        if (config.has(key)) {
            token = static_cast<int32_t>(config.integer(key));
        }
    };
    if (family.type == "bart" && config.boolean_or("force_bos_token_to_be_generated", false)) {
        out.forced_first = static_cast<int32_t>(config.integer_or("bos_token_id", 0));
    }
    read("pad_token_id", out.padding);
    read("decoder_start_token_id", out.start);
    read("eos_token_id", out.end);
    read("forced_bos_token_id", out.forced_first);
    read("forced_eos_token_id", out.forced_last);
    return out;
}

}  // namespace

TransformerConfig read_bart_kin(const Config& config, const Checkpoint& checkpoint) {
    const auto* const found = std::ranges::find(kFamilies, config.string("model_type"), &Family::type);
    ensure(found != std::end(kFamilies), "transformer: a family without a row");
    const Family& family = *found;
    check_nature(config, family);
    TransformerConfig out;
    out.family = family.title;
    read_stacks(config, family, out);
    const std::string scope = find_model_scope(config, checkpoint, "model", "encoder.layers.0.fc1.weight");
    name_stacks(scope, family, out);
    out.source = read_embedding(config, family, out.encoder_scope, out.channels());
    out.target = read_embedding(config, family, out.decoder_scope, out.channels());
    read_words(config, checkpoint, family, scope, out);
    out.tokens = read_tokens(config, family);
    return out;
}

}  // namespace heed
