#include "models/bert/bert.h"

namespace heed {
namespace {

constexpr Init kSmall{Init::Kind::normal, 0.02};

// Word, position and segment, normed: [B,T,C]
Tensor embed(const BertConfig& config, const Weights& weights, Graph& graph, const BertOptions& options) {
    const int64_t channels = config.encoder.norm.channels;
    const Tensor ids = graph.input("ids", {options.batch, options.tokens}, DType::i32);
    Tensor x = embedding(weights.tensor(config.names.words, {config.words, channels}, kSmall), ids);
    if (!config.names.types.empty()) {
        const Tensor types = graph.input("types", {options.batch, options.tokens}, DType::i32);
        x = add(x, embedding(weights.tensor(config.names.types, {config.types, channels}, kSmall), types));
    }
    const Tensor positions = weights.rows({config.names.positions, {config.positions, channels}, kSmall}, config.first_position,
                                          config.first_position + options.tokens);
    return nn::norm(add(x, positions), nn::load_norm(weights / config.names.norm, config.encoder.norm));
}

// [B,T,C] -> what the task asks for
Tensor apply_head(const BertConfig& config, const Weights& weights, Tensor x) {
    const BertHead& head = config.head;
    const int64_t channels = config.encoder.norm.channels;
    if (head.first_token) {
        x = reshape(slice(x, 1, 0, 1), {x.shape()[0], channels});  // [B,C]
    }
    if (!head.dense.empty()) {
        x = nn::linear(x, nn::load_linear(weights / head.dense, {.in = channels, .out = channels}), {.activation = head.activation});
    }
    if (!head.norm.empty()) {
        x = nn::norm(x, nn::load_norm(weights / head.norm, config.encoder.norm));
    }
    const nn::Linear last{.weight = weights.tensor(head.weight, {head.outputs, channels}, kSmall),
                          .bias = weights.tensor(head.bias, {head.outputs})};
    return nn::linear(x, last);
}

}  // namespace

Graph build_bert(const BertConfig& config, WeightSource& source, const BertOptions& options) {
    if (options.tokens < 1 || options.tokens > config.longest()) {
        fail(ErrorKind::bad_input, config.family, ": expected 1 to ", config.longest(), " tokens, got ", options.tokens);
    }
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(options.stored);
    const nn::Encoder encoder = nn::load_encoder(weights / config.names.encoder, config.encoder, config.names.in_encoder);
    const Tensor lengths = graph.dynamic("lengths", {options.batch});
    const nn::Encoded encoded =
        nn::encode(embed(config, weights, graph, options), encoder, {.mask = {.key_lengths = lengths}, .keep_stats = options.attention});
    if (config.task != BertTask::none) {
        graph.output("logits", apply_head(config, weights, encoded.out));
    }
    if (options.hidden || config.task == BertTask::none) {
        graph.output("hidden", encoded.out);
    }
    for (size_t i = 0; options.attention && i < encoded.layers.size(); ++i) {
        graph.output(text("attention.", i), nn::attention_map(encoded.layers[i]));
    }
    return graph;
}

}  // namespace heed
