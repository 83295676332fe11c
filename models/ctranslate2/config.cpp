// What python/ctranslate2/specs/transformer_spec.py describes and src/layers/transformer.cc computes, at CTranslate2's commit 0d8bcd36.
#include "models/ctranslate2/config.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "io/json_text.h"

namespace heed::ctranslate2 {
namespace {

constexpr uint32_t kOldestRevision = 2, kNewestRevision = 7;
constexpr uint32_t kWithHeads = 3, kWithStacks = 5;  // the revisions since which the number of heads is told, and settings by stack

constexpr float kNever = -3e4f;  // a logit whose token is never written; f16 can hold it

struct Kind {
    std::string_view spec;
    int heads;  // where no setting says how many
};
constexpr std::array kKinds{Kind{"TransformerSpec", 8}, Kind{"TransformerBase", 8}, Kind{"TransformerBig", 16}};

// In the order of their numbers; the fourth has no counterpart here.
constexpr std::array kActivations{Activation::relu, Activation::gelu_tanh, Activation::silu,   Activation::gelu,
                                  Activation::none, Activation::tanh,      Activation::sigmoid};

// What a model may have, besides layer.N: parts of a stack and of a layer, and settings, in a stack and by themselves. More would change
// what comes out.
constexpr std::string_view kStackParts[] = {"embeddings.weight",
                                            "embeddings_0.weight",
                                            "position_encodings.encodings",
                                            "layer_norm.gamma",
                                            "layer_norm.beta",
                                            "layernorm_embedding.gamma",
                                            "layernorm_embedding.beta",
                                            "projection.weight",
                                            "projection.bias",
                                            "num_heads",
                                            "pre_norm",
                                            "activation",
                                            "embeddings_merge",
                                            "scale_embeddings",
                                            "alignment_layer",
                                            "alignment_heads",
                                            "alibi",
                                            "scale_alibi",
                                            "alibi_use_positive_positions",
                                            "start_from_zero_embedding",
                                            "embeddings.multiply_by_sqrt_depth"};
constexpr std::string_view kLayerParts[] = {"layer_norm.gamma", "layer_norm.beta", "linear_0.weight", "linear_0.bias",
                                            "linear_1.weight",  "linear_1.bias",   "linear_2.weight", "linear_2.bias"};
constexpr std::string_view kGate[] = {"linear_0_noact.weight", "linear_0_noact.bias"};
constexpr std::string_view kSettings[] = {"num_heads",
                                          "pre_norm",
                                          "activation",
                                          "alignment_layer",
                                          "alignment_heads",
                                          "with_relative_position",
                                          "embeddings_merge",
                                          "layernorm_embedding",
                                          "unk_token",
                                          "bos_token",
                                          "eos_token",
                                          "with_source_bos",
                                          "with_source_eos",
                                          "with_target_bos",
                                          "user_decoder_start_tokens"};

bool among(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool take_front(std::string_view& name, std::string_view front) {
    const bool there = name.starts_with(front);
    name.remove_prefix(there ? front.size() : 0);
    return there;
}

bool is_part(std::string_view name) {
    if (name.ends_with(".weight_scale")) {
        name.remove_suffix(std::string_view("_scale").size());
    }
    if (!take_front(name, "encoder.") && !take_front(name, "decoder.")) {
        return among(kSettings, name);
    }
    if (!take_front(name, "layer.")) {
        return among(kStackParts, name);
    }
    name.remove_prefix(std::min(name.find('.'), name.size()));
    return take_front(name, ".ffn.")
               ? among(kLayerParts, name) || among(kGate, name)
               : (take_front(name, ".self_attention.") || take_front(name, ".attention.")) && among(kLayerParts, name);
}

class Reader {
public:
    Reader(ModelCheckpoint& model, const Settings& settings) : model_(model), settings_(settings), file_(model.description()) {}

    TransformerConfig read() {
        const Kind& kind = find_kind();
        check_parts();
        TransformerConfig out;
        out.family = "CTranslate2 " + std::string(kind.spec);
        out.source = read_embedding("encoder");
        out.target = read_embedding("decoder");
        const int64_t channels = shape("decoder.embeddings.weight", 2)[1];
        read_encoder(kind, shape(source_table(), 2)[1], out.encoder);
        read_decoder(kind, channels, out.decoder);
        name_stacks(out);
        const std::string bias = "decoder.projection.bias";
        out.output = {.weight = model_.stored_name("decoder.projection.weight"),
                      .bias = model_.has(bias) ? model_.stored_name(bias) : "",
                      .bias_shape = {out.target.words}};
        if (model_.flag("decoder.start_from_zero_embedding", false)) {
            add_zero_start(out);
        }
        return out;
    }

private:
    template <typename... Parts>
    [[noreturn]] void refuse(ErrorKind kind, const Parts&... parts) const {
        fail(kind, file_, ": expected ", parts...);
    }

    const Kind& find_kind() const {
        const ModelContents& contents = model_.contents();
        const auto* const kind = std::ranges::find(kKinds, contents.spec, &Kind::spec);
        if (kind == kKinds.end()) {
            refuse(ErrorKind::unsupported, "a model of the kind TransformerSpec, TransformerBase or TransformerBig, got ",
                   io::readable(contents.spec));
        }
        if (contents.revision < kOldestRevision || contents.revision > kNewestRevision) {
            refuse(ErrorKind::unsupported, "revision ", kOldestRevision, " to ", kNewestRevision, " of ", kind->spec, ", got ",
                   contents.revision);
        }
        return *kind;
    }

    void check_parts() {
        for (const io::TensorEntry* entry : model_.entries()) {
            if (!is_part(entry->name)) {
                refuse(ErrorKind::unsupported, "the parts of a Transformer with absolute positions and one attention of all heads, got '",
                       io::readable(entry->name), "'");
            }
        }
        for (const char* name : {"decoder.alibi", "with_relative_position"}) {
            if (model_.flag(name, false)) {
                refuse(ErrorKind::unsupported, "'", name, "' to be off, got ", *model_.number(name));
            }
        }
    }

    std::vector<int64_t> shape(const std::string& name, size_t rank) const {
        const io::TensorEntry* const entry = model_.entry(name);
        if (entry == nullptr || entry->shape.size() != rank || std::ranges::count(entry->shape, 0) > 0) {
            refuse(ErrorKind::bad_model, "'", name, "' with ", rank, " axes, got ",
                   entry == nullptr ? std::string("none of that name") : io::readable(io::to_string(entry->shape)));
        }
        return entry->shape;
    }

    // A setting of a stack, where older revisions have one for both.
    std::optional<double> setting(const std::string& stack, const std::string& name) {
        const std::optional<double> own = model_.number(stack + "." + name);
        return own || model_.contents().revision >= kWithStacks ? own : model_.number(name);
    }

    std::string source_table() const {
        return model_.has("encoder.embeddings_0.weight") ? "encoder.embeddings_0.weight" : "encoder.embeddings.weight";
    }

    // A flag, or a factor; where there is none it is on.
    double embedding_scale(const std::string& stack, int64_t channels) {
        for (const char* name : {".scale_embeddings", ".embeddings.multiply_by_sqrt_depth"}) {
            if (const io::TensorEntry* entry = model_.entry(stack + name)) {
                const double value = model_.number(entry->name).value();
                const bool flag = entry->element == io::Element::i8;
                return flag && value != 0 ? std::sqrt(static_cast<double>(channels)) : flag ? 1 : value;
            }
        }
        return std::sqrt(static_cast<double>(channels));
    }

    TokenEmbedding read_embedding(const std::string& stack) {
        const std::string table = stack == "encoder" ? source_table() : stack + ".embeddings.weight";
        const std::vector<int64_t> size = shape(table, 2);
        TokenEmbedding out{.table = model_.stored_name(table), .words = size[0], .scale = embedding_scale(stack, size[1])};
        out.norm = model_.has(stack + ".layernorm_embedding.gamma") ? stack + ".layernorm_embedding" : "";
        const std::string positions = stack + ".position_encodings.encodings";
        if (model_.has(positions)) {
            out.positions = {
                .kind = TokenPositions::Kind::learned, .table = model_.stored_name(positions), .count = shape(positions, 2)[0]};
            return out;
        }
        if (size[1] % 2 != 0 || size[1] < 4) {
            refuse(ErrorKind::bad_model, "'", table, "' to have channels for sines and cosines, an even number from 4 on, got ", size[1]);
        }
        out.positions = {.kind = TokenPositions::Kind::sinusoidal, .sinusoids = {.halves = true, .reaches_base = true, .first = 1}};
        return out;
    }

    int count_layers(const std::string& stack) const {
        int layers = 0;
        while (model_.has(text(stack, ".layer.", layers, ".ffn.linear_0.weight"))) {
            ++layers;
        }
        return layers;
    }

    nn::AttentionShape read_attention(const Kind& kind, const std::string& stack, const std::string& name, int64_t channels,
                                      const char* out) {
        const double heads = model_.contents().revision < kWithHeads ? kind.heads : setting(stack, "num_heads").value_or(kind.heads);
        if (!(heads >= 1 && heads <= 1024) || channels % static_cast<int64_t>(heads) != 0) {
            refuse(ErrorKind::bad_model, "the ", stack, "'s num_heads to be a divisor of the ", channels, " channels, got ", heads);
        }
        const std::string scope = text(stack, ".layer.0.", name, ".");
        return {.channels = channels,
                .heads = static_cast<int>(heads),
                .bias = model_.has(scope + "linear_0.bias"),
                .out_bias = model_.has(scope + out + ".bias")};
    }

    nn::FeedForwardShape read_feed_forward(const std::string& stack, int64_t channels) {
        const double number = setting(stack, "activation").value_or(0);
        const bool known = number >= 0 && number < static_cast<double>(kActivations.size());
        const Activation activation = known ? kActivations.at(static_cast<size_t>(number)) : Activation::none;
        if (activation == Activation::none) {
            refuse(ErrorKind::unsupported, "the ", stack, "'s activation to be 0, 1, 2, 3, 5 or 6, got ", number);
        }
        const std::string scope = stack + ".layer.0.ffn.";
        return {.channels = channels,
                .hidden = shape(scope + "linear_0.weight", 2)[0],
                .activation = activation,
                .gated = model_.has(scope + "linear_0_noact.weight"),
                .bias = model_.has(scope + "linear_0.bias")};
    }

    nn::NormShape read_norm(const std::string& stack, int64_t channels) const {
        const bool rms = !model_.has(stack + ".layer.0.ffn.layer_norm.beta");
        return {.channels = channels,
                .epsilon = settings_.norm_epsilon.value_or(rms ? 1e-6 : 1e-5),
                .rms = rms,
                .weight = "gamma",
                .bias = "beta"};
    }

    nn::NormPlace read_norms(const std::string& stack) {
        const bool before = setting(stack, "pre_norm").value_or(1) != 0;
        if (!before && model_.has(stack + ".layer_norm.gamma")) {
            refuse(ErrorKind::unsupported, "no last norm where norms come behind the branches, got '", stack, ".layer_norm.gamma'");
        }
        return before ? nn::NormPlace::before : nn::NormPlace::after;
    }

    void read_encoder(const Kind& kind, int64_t channels, nn::EncoderShape& out) {
        out = {.layers = count_layers("encoder"),
               .attention = read_attention(kind, "encoder", "self_attention", channels, "linear_1"),
               .feed_forward = read_feed_forward("encoder", channels),
               .norm = read_norm("encoder", channels),
               .norms = read_norms("encoder")};
    }

    void read_decoder(const Kind& kind, int64_t channels, nn::DecoderShape& out) {
        out = {.layers = count_layers("decoder"),
               .self = read_attention(kind, "decoder", "self_attention", channels, "linear_1"),
               .cross = read_attention(kind, "decoder", "attention", channels, "linear_2"),
               .feed_forward = read_feed_forward("decoder", channels),
               .norm = read_norm("decoder", channels),
               .norms = read_norms("decoder")};
    }

    void name_stacks(TransformerConfig& out) const {
        const auto last_norm = [&](const std::string& stack) { return model_.has(stack + ".layer_norm.gamma") ? "layer_norm" : ""; };
        const nn::AttentionNames self{.out = "linear_1", .packed = "linear_0"};
        const auto feed_forward = [](const nn::FeedForwardShape& shape) {
            return shape.gated ? nn::FeedForwardNames{.up = "linear_0_noact", .gate = "linear_0", .down = "linear_1"}
                               : nn::FeedForwardNames{.up = "linear_0", .down = "linear_1"};
        };
        out.encoder_scope = "encoder", out.decoder_scope = "decoder";
        out.in_encoder = {.layers = "layer",
                          .attention = "self_attention",
                          .attention_norm = "self_attention.layer_norm",
                          .feed_forward = "ffn",
                          .feed_forward_norm = "ffn.layer_norm",
                          .last_norm = last_norm("encoder"),
                          .in_attention = self,
                          .in_feed_forward = feed_forward(out.encoder.feed_forward)};
        out.in_decoder = {.layers = "layer",
                          .self = "self_attention",
                          .self_norm = "self_attention.layer_norm",
                          .cross = "attention",
                          .cross_norm = "attention.layer_norm",
                          .feed_forward = "ffn",
                          .feed_forward_norm = "ffn.layer_norm",
                          .last_norm = last_norm("decoder"),
                          .in_self = self,
                          .in_cross = {.query = "linear_0", .out = "linear_2", .packed_memory = "linear_1"},
                          .in_feed_forward = feed_forward(out.decoder.feed_forward)};
    }

    // Marian's decoder begins with no word at all. As where Marian comes from, that is the last of the words, which is all zeros and is
    // never written.
    void add_zero_start(TransformerConfig& out) {
        const int64_t start = out.target.words, channels = out.decoder.norm.channels;
        const auto lengthen = [&](std::string& name, const Shape& shape, float last) {
            const std::string longer = name + " and the start";
            model_.add(longer, {.from = name, .shape = shape, .last = last});
            name = longer;
        };
        const bool one_table = out.source.table == out.target.table, tied = out.output.weight == out.target.table;
        lengthen(out.target.table, {start + 1, channels}, 0);
        if (one_table) {
            out.source.table = out.target.table;
            out.source.words = start + 1;
        }
        if (tied) {
            out.output.weight = out.target.table;
        } else {
            lengthen(out.output.weight, {start + 1, channels}, 0);
        }
        out.output.bias = out.output.bias.empty() ? "decoder.projection.bias" : out.output.bias;
        lengthen(out.output.bias, {start + 1}, kNever);
        out.output.bias_shape = {start + 1};
        out.target.words = start + 1;
        out.tokens.start = static_cast<int32_t>(start);
    }

    ModelCheckpoint& model_;
    const Settings& settings_;
    std::string file_;
};

}  // namespace

TransformerConfig read_config(ModelCheckpoint& model, const Settings& settings) {
    return Reader(model, settings).read();
}

}  // namespace heed::ctranslate2
