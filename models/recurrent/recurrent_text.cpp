#include "models/recurrent/recurrent_text.h"

#include "models/nn/scores/keras.h"
#include "models/recurrent/recurrent_shape.h"

namespace heed {
namespace {

constexpr int64_t kWidest = 1 << 16;
constexpr const char* kClassifier = "heed_text_classifier";
constexpr const char* kTagger = "heed_tagger";

Pooling read_pooling(const Config& config) {
    const std::string name = config.string_or("pooling", "mean");
    if (name == "mean" || name == "last") {
        return name == "mean" ? Pooling::mean : Pooling::last;
    }
    config.refuse("pooling", "mean or last");
}

// Each row's share of one for each of its own tokens: [B,1,T].
Tensor equal_shares(Graph& graph, const RecurrentTextOptions& options, Tensor lengths, DType dtype) {
    const Shape shape{options.batch, 1, options.tokens};
    const Tensor level = graph.constant(text("level ", shape), shape, std::vector<float>(static_cast<size_t>(shape.elements()), 0), dtype);
    return softmax(level, {.key_lengths = lengths});
}

}  // namespace

bool is_recurrent_text(const Config& config) {
    const std::string type = config.string_or("model_type", "");
    return type == kClassifier || type == kTagger;
}

RecurrentTextConfig read_recurrent_text_config(const Config& config, const Checkpoint& checkpoint) {
    if (!is_recurrent_text(config)) {
        config.refuse("model_type", text(kClassifier, " or ", kTagger));
    }
    RecurrentTextConfig out{.words = config.integer("vocab_size", {1}), .channels = config.integer("embedding", {1, kWidest})};
    out.task = config.string("model_type") == kTagger ? RecurrentTask::tag : RecurrentTask::classify;
    out.recurrent = read_recurrent_shape(config.object("recurrent"), out.channels);
    out.attends = config.has("attention");
    out.scaled = out.attends && config.object("attention").boolean_or("scale", false);
    out.pooling = read_pooling(config);
    if (out.attends && (out.pooling == Pooling::last || out.task == RecurrentTask::tag)) {
        config.refuse("attention", "left out where no mean is taken of what it gives");
    }
    out.labels = config.strings("labels");
    const io::TensorEntry* const head = checkpoint.entry("classifier.weight");
    out.sigmoid = out.labels.size() == 2 && head != nullptr && !head->shape.empty() && head->shape.front() == 1;
    return out;
}

Graph build_recurrent_text(const RecurrentTextConfig& config, WeightSource& source, const RecurrentTextOptions& options) {
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(options.stored);
    const Tensor table = (weights / "embedding").tensor("weight", {config.words, config.channels}, {Init::Kind::normal, 1});
    const nn::RecurrentStack stack = nn::load_recurrent(weights / "recurrent", config.recurrent);
    const int64_t width = config.recurrent.outputs(), labels = config.sigmoid ? 1 : static_cast<int64_t>(config.labels.size());
    const nn::Linear head = nn::load_linear(weights / "classifier", {.in = width, .out = labels});

    const Tensor ids = graph.input("ids", {options.batch, options.tokens}, DType::i32);
    const Tensor lengths = graph.dynamic("lengths", {options.batch});
    const nn::Unrolled read = nn::unroll(embedding(table, ids), stack, {.lengths = lengths});
    if (config.task == RecurrentTask::tag) {
        graph.output("logits", nn::linear(read.out, head));  // [B,T,L]
        return graph;
    }
    if (config.pooling == Pooling::last) {
        graph.output("logits", nn::linear(read.last.back().hidden, head));
        return graph;
    }
    const Tensor shares = equal_shares(graph, options, lengths, read.out.dtype());
    Tensor states = read.out;  // [B,T,D*H]
    if (config.attends) {
        const nn::KerasAttention layer = nn::load_keras_attention(weights / "attention", config.scaled);
        const nn::Looked looked = nn::keras_attention(states, states, {}, layer, {.query = {}, .value = {}, .lengths = lengths});
        states = looked.context;
        if (options.attention) {
            graph.output("attention", looked.weights);
            const Tensor level = shares.dtype() == DType::f32 ? shares : cast(shares, DType::f32);
            graph.output("attended", reshape(matmul(level, looked.weights), {options.batch, options.tokens}));
        }
    }
    const Tensor pooled = reshape(matmul(shares, states), {options.batch, width});
    graph.output("logits", nn::linear(pooled, head));
    return graph;
}

}  // namespace heed
