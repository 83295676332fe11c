#include "models/seq2seq/config.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "models/recurrent/recurrent_shape.h"

namespace heed {
namespace {

constexpr std::string_view kType = "heed_seq2seq";
constexpr int64_t kWidest = 1 << 16;
constexpr int64_t kLongest = 4096;  // tokens; every one is a dispatch of its own

// The value that a word of the config file stands for.
template <typename Value, size_t Count>
Value named(const Config& config, std::string_view key, const std::pair<std::string_view, Value> (&names)[Count]) {
    const std::string given = config.string(key);
    std::string known;
    for (const auto& [name, value] : names) {
        if (name == given) {
            return value;
        }
        known += text(known.empty() ? "" : ", ", name);
    }
    config.refuse(key, "one of " + known);
}

constexpr std::pair<std::string_view, FirstState> kFirstStates[] = {
    {"zero", FirstState::zero}, {"last", FirstState::last}, {"bridge", FirstState::bridge}};
constexpr std::pair<std::string_view, SourceContext> kContexts[] = {
    {"initial", SourceContext::initial}, {"every_step", SourceContext::every_step}, {"attention", SourceContext::attention}};
constexpr std::pair<std::string_view, AttentionOrder> kOrders[] = {{"bahdanau", AttentionOrder::bahdanau},
                                                                   {"luong", AttentionOrder::luong}};

void read_attention(const Config& file, const Checkpoint& checkpoint, Seq2SeqConfig& out) {
    const Config attention = file.object("attention");
    out.order = named(attention, "order", kOrders);
    out.input_feeding = attention.boolean_or("input_feeding", false);
    out.decoder.all_beside = attention.boolean_or("all_layers", false);
    if (out.order == AttentionOrder::bahdanau && out.input_feeding) {
        attention.refuse("input_feeding", "false with the order bahdanau, which feeds contexts");
    }
    const io::TensorEntry* const location = checkpoint.entry("attention.location.weight");
    out.score_name = attention.string("score");
    out.score = {.kind = nn::score_kind(out.score_name),
                 .query = out.decoder.hidden,
                 .keys = out.encoder.outputs(),
                 .size = attention.integer_or("size", 0, {0, kWidest}),
                 .window = attention.integer_or("window", 0, {0, kWidest}),
                 .positions = location != nullptr && !location->shape.empty() ? location->shape.front() : 0};
    out.decoder.beside = out.order == AttentionOrder::bahdanau ? out.encoder.outputs() : out.input_feeding ? out.decoder.hidden : 0;
}

void check_first(const Config& file, const Seq2SeqConfig& c) {
    if (c.first != FirstState::last) {
        return;
    }
    bool alike = c.encoder.layers == c.decoder.layers && c.encoder.cell == c.decoder.cell;
    for (int layer = 0; alike && layer < c.encoder.layers; ++layer) {
        alike = c.encoder.outputs(layer) == c.decoder.hidden;
    }
    if (!alike) {
        file.refuse("initial_state", "zero or bridge where encoder and decoder differ in cells, layers or width");
    }
}

}  // namespace

int64_t Seq2SeqConfig::output_inputs() const {
    const bool deep = attends() && order == AttentionOrder::bahdanau;
    return decoder.hidden + (deep ? encoder.outputs() + target_channels : 0);
}

int64_t Seq2SeqConfig::longest_source() const {
    return attends() && score.positions > 0 ? std::min(score.positions, kLongest) : kLongest;
}

bool is_seq2seq(const Config& config) {
    return config.string_or("model_type", "") == kType;
}

Seq2SeqConfig read_seq2seq_config(const Config& config, const Checkpoint& checkpoint) {
    if (!is_seq2seq(config)) {
        config.refuse("model_type", kType);
    }
    Seq2SeqConfig out{.source_words = config.integer("source_vocab_size", {1}),
                      .target_words = config.integer("target_vocab_size", {1}),
                      .source_channels = config.integer("source_embedding", {1, kWidest}),
                      .target_channels = config.integer("target_embedding", {1, kWidest})};
    const Config decoder = config.object("decoder");
    out.encoder = read_recurrent_shape(config.object("encoder"), out.source_channels);
    out.decoder = read_recurrent_shape(decoder, out.target_channels);
    if (out.decoder.backwards != nn::Backwards::none) {
        decoder.refuse("bidirectional", "false, as nothing comes after the next token");
    }
    out.first = named(config, "initial_state", kFirstStates);
    out.context = named(config, "context", kContexts);
    if (out.attends()) {
        read_attention(config, checkpoint, out);
    } else if (out.context == SourceContext::every_step) {
        out.decoder.beside = out.encoder.outputs();
    }
    if (out.decoder.cell == Cell::lstm && out.encoder.cell != Cell::lstm && out.first == FirstState::bridge) {
        config.refuse("initial_state", "zero where the decoder's cell state has none of the encoder's to come from");
    }
    check_first(config, out);
    return out;
}

}  // namespace heed
