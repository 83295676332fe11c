#include "models/caption/steps.h"

#include <cmath>

#include "models/decode/row_states.h"
#include "models/nn/scores/mechanism.h"

namespace heed {
namespace {

nn::RecurrentShape decoder_shape(const CaptionConfig& config) {
    return {.cell = Cell::lstm, .layers = 1, .inputs = config.embedding + config.channels.back(), .hidden = config.hidden};
}

// e_ti = v . tanh(W_a a_i + W_h h)
nn::Score load_attention(const CaptionConfig& config, const Weights& weights) {
    return nn::load_score(
        weights / "attention",
        {.kind = nn::ScoreKind::additive, .query = config.hidden, .keys = config.channels.back(), .size = config.attention});
}

// The places [P,L,C] and what the score makes of them [P,L,A].
nn::ScoreKeys place_states(Graph& graph, const CaptionConfig& config, const CaptionMemory& memory, DType stored) {
    const auto state = [&](const char* name, int64_t channels) {
        return graph.state(text("pictures ", memory.pictures, " ", name), {memory.pictures, config.places(), channels}, stored);
    };
    return {.states = state("places", config.channels.back()), .projected = state("keys", config.attention)};
}

std::vector<nn::RecurrentState> decoder_states(Graph& graph, const CaptionConfig& config, const CaptionMemory& memory, DType stored) {
    return row_states(graph, text("rows ", memory.rows, " "), memory.rows, decoder_shape(config), stored);
}

Tensor convolve(Tensor x, const Weights& weights, int64_t filters, bool first) {
    const int64_t in = x.shape().last(), side = first ? 5 : 3, step = first ? 2 : 1;
    const Init init{Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(in * side * side))};
    return conv2d(x, weights.tensor("weight", {filters, in, side, side}, init),
                  {.stride_y = step,
                   .stride_x = step,
                   .pad_y = side / 2,
                   .pad_x = side / 2,
                   .bias = weights.tensor("bias", {filters}, init),
                   .activation = Activation::relu});
}

// [P,S,S,3] -> [P,L,C]
Tensor see(Tensor pictures, const CaptionConfig& config, const Weights& weights) {
    Tensor x = pictures;
    for (size_t i = 0; i < config.channels.size(); ++i) {
        x = convolve(i < 2 ? x : max_pool(x), weights / "conv" / static_cast<int64_t>(i), config.channels[i], i == 0);
    }
    const int64_t channels = config.channels.back();
    const Tensor positions = (weights / "positions").tensor("weight", {config.places(), channels}, {Init::Kind::normal, 1});
    return add(reshape(x, {pictures.shape()[0], config.places(), channels}), positions);
}

// What is looked at: a mixture of all places or, with hard attention, the one of the largest share.   [R,1,C], [R,1,L]
nn::Looked look(Tensor hidden, const nn::ScoreKeys& keys, Tensor owners, const CaptionConfig& config, const Weights& weights,
                Tensor noise) {
    const Tensor query = reshape(hidden, {hidden.shape()[0], 1, config.hidden});
    const nn::Looked mixture = nn::look(query, keys, load_attention(config, weights), {.owners = owners});
    if (!config.hard) {
        return mixture;
    }
    const int64_t places = config.places();
    const auto make = [places] {
        std::vector<float> identity(static_cast<size_t>(places * places), 0.0f);
        for (int64_t i = 0; i < places; ++i) {
            identity[static_cast<size_t>(i * (places + 1))] = 1;
        }
        return identity;
    };
    const Tensor place = argmax(noise ? multiply(mixture.weights, noise) : mixture.weights);
    const Tensor one = embedding(weights.constant("one place", {places, places}, make), place);
    return {.context = matmul(one, nn::of_owners(keys.states, owners)), .weights = one};
}

nn::Linear load(const Weights& weights, int64_t in, int64_t out, bool bias = true) {
    return nn::load_linear(weights, {.in = in, .out = out, .bias = bias});
}

}  // namespace

Graph build_look(const CaptionConfig& config, WeightSource& source, const CaptionMemory& memory, DType stored) {
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(stored);
    const Tensor pictures = graph.input("pictures", {memory.pictures, config.image_size, config.image_size, 3}, stored);
    const Tensor zeros = graph.dynamic("zeros", {memory.pictures});
    const nn::ScoreKeys seen = nn::remember(see(pictures, config, weights / "encoder"), load_attention(config, weights));
    const Tensor mean = reduce(seen.states, 1, ReduceKind::mean);  // [P,C]
    const auto initial = [&](const char* name) {
        return nn::linear(mean, load(weights / "initial" / name, config.channels.back(), config.hidden), {.activation = Activation::tanh});
    };
    const nn::ScoreKeys kept = place_states(graph, config, memory, stored);
    cache_write(kept.states, seen.states, zeros);
    cache_write(kept.projected, seen.projected, zeros);
    keep(decoder_states(graph, config, memory, stored), {{initial("hidden"), cast(initial("cell"), DType::f32)}}, zeros);
    return graph;
}

Graph build_word(const CaptionConfig& config, WeightSource& source, const CaptionMemory& memory, const WordPlan& plan) {
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(plan.stored);
    const int64_t channels = config.channels.back();
    const Tensor words = graph.input("words", {plan.rows, 1}, DType::i32), owners = graph.input("pictures", {plan.rows}, DType::i32);
    const Tensor zeros = graph.dynamic("zeros", {plan.rows});
    const Tensor noise = plan.drawn ? graph.input("noise", {plan.rows, 1, config.places()}) : Tensor();
    const std::vector<nn::RecurrentState> states = decoder_states(graph, config, memory, plan.stored);
    const std::vector<nn::RecurrentState> before = gathered(states, graph.dynamic("parents", {plan.rows}));

    const nn::Looked looked = look(before[0].hidden, place_states(graph, config, memory, plan.stored), owners, config, weights, noise);
    const Tensor gate = nn::linear(before[0].hidden, load(weights / "gate", config.hidden, 1), {.activation = Activation::sigmoid});
    const Tensor context = multiply(looked.context, reshape(gate, {plan.rows, 1, 1}));  // [R,1,C]
    const Tensor table = (weights / "embedding").tensor("weight", {config.words, config.embedding}, {Init::Kind::normal, 1});
    const Tensor word = embedding(table, words);  // [R,1,E]
    const nn::Unrolled read =
        nn::unroll(concat({word, context}, 2), nn::load_recurrent(weights / "decoder", decoder_shape(config)), {.first = before});
    keep(states, read.last, zeros);

    const Weights output = weights / "output";
    const Tensor told = nn::linear(read.out, load(output / "hidden", config.hidden, config.embedding, false), {.residual = word});
    const Tensor sum = nn::linear(context, load(output / "context", channels, config.embedding, false), {.residual = told});
    const Tensor logits = nn::linear(sum, load(output, config.embedding, config.words));
    output_scores(graph, reshape(logits, {plan.rows, config.words}), plan.scores);
    graph.output("shares", looked.weights);
    return graph;
}

}  // namespace heed
