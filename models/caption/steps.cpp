#include "models/caption/steps.h"

#include <cmath>

#include "models/nn/linear.h"

namespace heed {
namespace {

// What is kept from step to step.
struct States {
    Tensor places;        // [P,L,C]
    Tensor keys;          // [P,L,A]
    Tensor hidden, cell;  // [P,R,H], the cell f32
};

States states_of(Graph& graph, const CaptionConfig& config, const CaptionMemory& memory, DType stored) {
    const int64_t places = config.places(), pictures = memory.pictures;
    const std::string name = text("captions ", pictures, "x", memory.rows, " ");
    return {.places = graph.state(name + "places", {pictures, places, config.channels.back()}, stored),
            .keys = graph.state(name + "keys", {pictures, places, config.attention}, stored),
            .hidden = graph.state(name + "hidden", {pictures, memory.rows, config.hidden}, stored),
            .cell = graph.state(name + "cell", {pictures, memory.rows, config.hidden})};
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

nn::Linear load(const Weights& weights, int64_t in, int64_t out, bool bias = true) {
    return nn::load_linear(weights, {.in = in, .out = out, .bias = bias});
}

// e_ti = v . tanh(W_a a_i + W_h h).   query [P,R,A], keys [P,L,A] -> [P,R,L]
Tensor additive_scores(Tensor query, Tensor keys, const nn::Linear& energy) {
    const int64_t pictures = keys.shape()[0], places = keys.shape()[1], size = keys.shape()[2], rows = query.shape()[1];
    const Tensor sum = add(reshape(keys, {pictures, 1, places, size}), reshape(query, {pictures, rows, 1, size}));
    return reshape(nn::linear(unary(sum, Activation::tanh), energy), {pictures, rows, places});
}

// Where each row looks: a mixture of all places or, with hard attention, the one with the highest score.
Tensor look(Tensor hidden, const States& states, const CaptionConfig& config, const Weights& weights, Tensor noise) {
    const Weights attention = weights / "attention";
    const Tensor query = nn::linear(hidden, load(attention / "query", config.hidden, config.attention, false));
    const Tensor scores = additive_scores(query, states.keys, load(attention / "energy", config.attention, 1, false));
    if (!config.hard) {
        return softmax(scores);
    }
    const int64_t places = config.places();
    const auto make = [places] {
        std::vector<float> identity(static_cast<size_t>(places * places), 0.0f);
        for (int64_t i = 0; i < places; ++i) {
            identity[static_cast<size_t>(i * (places + 1))] = 1;
        }
        return identity;
    };
    return embedding(weights.constant("one place", {places, places}, make), argmax(noise ? add(scores, noise) : scores));
}

struct LstmState {
    Tensor hidden, cell;  // [N,H], the cell f32
};

// One step.   x [N,I]
LstmState lstm_step(Tensor x, const LstmState& before, const Weights& weights) {
    const int64_t rows = x.shape()[0], inputs = x.shape().last(), size = before.hidden.shape().last();
    const Init init{Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(size))};
    const auto part = [&](const char* name, const Shape& shape) { return weights.tensor(name, shape, init); };
    const Tensor read = matmul(x, part("weight_ih_l0", {4 * size, inputs}), {.transpose_b = true, .bias = part("bias_ih_l0", {4 * size})});
    const RecurrentResult after =
        recurrent(reshape(read, {rows, 1, 4 * size}), part("weight_hh_l0", {4 * size, size}),
                  {.cell = Cell::lstm, .bias = part("bias_hh_l0", {4 * size}), .first = before.hidden, .first_cell = before.cell});
    return {.hidden = after.last, .cell = after.last_cell};
}

}  // namespace

Graph build_look(const CaptionConfig& config, WeightSource& source, const CaptionMemory& memory, DType stored) {
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(stored);
    const Tensor pictures = graph.input("pictures", {memory.pictures, config.image_size, config.image_size, 3}, stored);
    const Tensor zeros = graph.dynamic("zeros", {memory.pictures});
    const States states = states_of(graph, config, memory, stored);
    const int64_t channels = config.channels.back();
    const Tensor places = see(pictures, config, weights / "encoder");
    const Tensor mean = reshape(reduce(places, 1, ReduceKind::mean), {memory.pictures, 1, channels});
    const auto initial = [&](const char* name) {
        return nn::linear(mean, load(weights / "initial" / name, channels, config.hidden), {.activation = Activation::tanh});
    };
    cache_write(states.places, places, zeros);
    cache_write(states.keys, nn::linear(places, load(weights / "attention" / "key", channels, config.attention, false)), zeros);
    cache_write(states.hidden, initial("hidden"), zeros);
    cache_write(states.cell, cast(initial("cell"), DType::f32), zeros);
    return graph;
}

Graph build_word(const CaptionConfig& config, WeightSource& source, const WordPlan& plan) {
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(plan.stored);
    const int64_t pictures = plan.memory.pictures, rows = plan.memory.rows, all = pictures * rows, channels = config.channels.back();
    const States states = states_of(graph, config, plan.memory, plan.stored);
    const Tensor zeros = graph.dynamic("zeros", {pictures}), parents = graph.input("parents", {all}, DType::i32);
    const auto inherited = [&](Tensor state) { return embedding(reshape(state, {all, config.hidden}), parents); };
    const LstmState before{.hidden = inherited(states.hidden), .cell = inherited(states.cell)};  // [P*R,H]
    const Tensor noise = plan.drawn ? graph.input("noise", {pictures, rows, config.places()}, plan.stored) : Tensor();

    const Tensor hidden = reshape(before.hidden, {pictures, rows, config.hidden});
    const Tensor shares = look(hidden, states, config, weights, noise);
    const Tensor gate = nn::linear(hidden, load(weights / "gate", config.hidden, 1), {.activation = Activation::sigmoid});
    const Tensor context = reshape(multiply(matmul(shares, states.places), gate), {all, channels});
    const Tensor table = (weights / "embedding").tensor("weight", {config.words, config.embedding}, {Init::Kind::normal, 1});
    const Tensor word = reshape(embedding(table, graph.input("words", {pictures, rows}, DType::i32)), {all, config.embedding});
    const LstmState after = lstm_step(concat({word, context}, 1), before, weights / "decoder");
    cache_write(states.hidden, reshape(after.hidden, {pictures, rows, config.hidden}), zeros);
    cache_write(states.cell, reshape(after.cell, {pictures, rows, config.hidden}), zeros);

    const Weights output = weights / "output";
    const Tensor told = nn::linear(after.hidden, load(output / "hidden", config.hidden, config.embedding, false), {.residual = word});
    const Tensor sum = nn::linear(context, load(output / "context", channels, config.embedding, false), {.residual = told});
    graph.output("logits", nn::linear(sum, load(output, config.embedding, config.words)));
    graph.output("shares", shares);
    return graph;
}

}  // namespace heed
