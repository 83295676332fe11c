#include "support/models.h"

#include <cmath>
#include <random>

#include "ops/ops.h"

namespace heed::tests {
namespace {

// Hands out weights, each with numbers of its own, about as large as the square root of its columns allows.
struct Weights {
    Graph& graph;
    DType dtype = DType::f32;

    Tensor matrix(const std::string& name, const Shape& shape) const {
        std::mt19937 random(static_cast<uint32_t>(graph.values().size()));
        std::vector<float> values(static_cast<size_t>(shape.elements()));
        const float size = 1 / std::sqrt(static_cast<float>(shape.rank() == 1 ? 4 : shape.elements() / shape[0]));
        for (float& value : values) {
            value = size * (static_cast<float>(random() % 2001) / 1000 - 1);
        }
        return kept(graph.constant(name, shape, values));
    }

    Tensor ones(const std::string& name, int64_t count) const {
        return kept(graph.constant(name, {count}, std::vector<float>(static_cast<size_t>(count), 1.0f)));
    }

    Tensor kept(Tensor tensor) const {  // the host converts when it uploads
        graph.edit_value(tensor.id()).dtype = dtype;
        return tensor;
    }

    Tensor linear(const std::string& name, Tensor x, int64_t columns) const {
        const Tensor product = matmul(x, matrix(name + ".weight", {columns, x.shape().last()}), {.transpose_b = true});
        return add(product, matrix(name + ".bias", {columns}));
    }

    Tensor norm(const std::string& name, Tensor x) const {
        const int64_t channels = x.shape().last();
        return layer_norm(x, {.gamma = ones(name + ".gamma", channels), .beta = matrix(name + ".beta", {channels})}).normed;
    }
};

}  // namespace

Graph encoder_graph(DType dtype) {
    constexpr int64_t B = 2, T = 7, C = 24, heads = 3;
    Graph graph;
    const Weights weights{graph, dtype};
    const Tensor lengths = graph.dynamic("lengths", {B});
    Tensor x = graph.input("x", {B, T, C}, dtype);
    for (const char* layer : {"0", "1"}) {
        const std::string scope = layer;
        const Tensor qkv = weights.linear(scope + ".qkv", weights.norm(scope + ".norm1", x), 3 * C);  // [B,T,3C]
        const Tensor q = slice(qkv, 2, 0, C), k = slice(qkv, 2, C, 2 * C), v = slice(qkv, 2, 2 * C, 3 * C);
        const Tensor attended = attention(q, k, v, {.heads = heads, .mask = {.key_lengths = lengths}}).out;
        x = add(x, weights.linear(scope + ".out", attended, C));
        const Tensor hidden = unary(weights.linear(scope + ".up", weights.norm(scope + ".norm2", x), 4 * C), Activation::gelu);
        x = add(x, slice(weights.linear(scope + ".down", hidden, C), 1, 0, T));  // all of it: what a general model asks for
    }
    graph.output("y", weights.norm("norm", x));
    graph.output("first", slice(x, 1, 0, 1));
    return graph;
}

Graph decoder_graph(DType dtype) {
    constexpr int64_t B = 2, S = 160, C = 16, V = 37, heads = 2;
    Graph graph;
    const Weights weights{graph, dtype};
    const Tensor tokens = graph.dynamic("tokens", {B}), position = graph.dynamic("position", {B}), length = graph.dynamic("length", {B});
    const Tensor table = weights.matrix("table", {V, C});
    Tensor x = reshape(embedding(table, tokens, 4), {B, 1, C});
    for (const char* layer : {"0", "1"}) {
        const std::string scope = layer;
        const Tensor normed = weights.norm(scope + ".norm", x);
        const Tensor keys = cache_write(graph.state(scope + ".keys", {B, S, C}, dtype), weights.linear(scope + ".k", normed, C), position);
        const Tensor values =
            cache_write(graph.state(scope + ".values", {B, S, C}, dtype), weights.linear(scope + ".v", normed, C), position);
        const AttentionMask mask{.causal = true, .key_lengths = length, .query_starts = position};
        const Tensor attended = attention(weights.linear(scope + ".q", normed, C), keys, values, {.heads = heads, .mask = mask}).out;
        const LayerNormResult both = layer_norm(weights.linear(scope + ".out", attended, C), {.residual = x});
        x = add(both.sum, weights.linear(scope + ".down", unary(weights.linear(scope + ".up", both.normed, 4 * C), Activation::silu), C));
    }
    const Tensor scores = matmul(reshape(weights.norm("norm", x), {B, C}), table, {.transpose_b = true});  // [B,V]
    graph.output("next", argmax(scores));
    graph.output("log probabilities", softmax(scores, {.log = true}));
    return graph;
}

Graph picture_graph(DType dtype) {
    Graph graph;
    const Weights weights{graph, dtype};
    const Tensor pixels = graph.input("pixels", {2, 18, 14, 3}, dtype);
    const Tensor edges = conv2d(pixels, weights.matrix("edges", {8, 3, 3, 3}), {.pad_y = 1, .pad_x = 1, .activation = Activation::relu});
    const Tensor smaller = max_pool(edges);                // [2,9,7,8]
    const Tensor turned = permute(smaller, {0, 2, 1, 3});  // [2,7,9,8]
    const Tensor patches =
        conv2d(turned, weights.matrix("patches", {20, 8, 3, 3}), {.stride_y = 3, .stride_x = 3, .bias = weights.matrix("bias", {20})});
    const Tensor tokens = reshape(patches, {2, patches.shape()[1] * patches.shape()[2], 20});
    const Tensor joined = concat({tokens, unary(tokens, Activation::tanh)}, 2);  // [2,n,40]
    const Tensor mean = reduce(weights.norm("norm", joined), 1, ReduceKind::mean);
    const Tensor scores = weights.linear("head", mean, 11);
    graph.output("chances", softmax(scores));
    graph.output("best", top_k(scores, 3).indices);
    graph.output("flat", reshape(tokens, {2 * tokens.shape()[1], 20}));
    return graph;
}

std::vector<NamedGraph> named_graphs() {
    return {{"encoder", encoder_graph}, {"decoder", decoder_graph}, {"picture", picture_graph}};
}

}  // namespace heed::tests
