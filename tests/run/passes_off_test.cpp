// Every optional pass is an optimisation: without it the numbers are the same.
#include <doctest/doctest.h>

#include <cmath>

#include "check/case_runner.h"
#include "ops/ops.h"
#include "support/device.h"

namespace {

using namespace heed;

std::vector<float> small_numbers(int64_t count, float scale) {
    std::vector<float> values(static_cast<size_t>(count));
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = scale * std::sin(static_cast<float>(i * i % 977) + 0.5f);
    }
    return values;
}

Tensor weight(Graph& g, const std::string& name, const Shape& shape) {
    return g.constant(name, shape, small_numbers(shape.elements(), 0.2f));
}

// A pre-norm block composed by hand, so that every fusion has something to find: packed QKV, biases, residuals.
Graph block() {
    Graph g;
    const int64_t tokens = 13, channels = 64;
    const Tensor x = g.input("x", {2, tokens, channels});
    const Tensor lengths = g.dynamic("lengths", {2});
    const Tensor normed = layer_norm(x, {.gamma = weight(g, "gamma", {channels}), .beta = weight(g, "beta", {channels})}).normed;
    const Tensor qkv =
        add(matmul(normed, weight(g, "qkv", {3 * channels, channels}), {.transpose_b = true}), weight(g, "qkv bias", {3 * channels}));
    const auto part = [&](int64_t i) { return slice(qkv, 2, i * channels, (i + 1) * channels); };
    const AttentionOptions options{.heads = 4, .mask = {.causal = true, .key_lengths = lengths}, .keep_stats = true};
    const AttentionResult attended = attention(part(0), part(1), part(2), options);
    const Tensor out = matmul(attended.out, weight(g, "out", {channels, channels}), {.transpose_b = true});
    const Tensor sum = add(x, out);
    const Tensor second = layer_norm(sum, {.gamma = weight(g, "gamma2", {channels})}).normed;
    const Tensor hidden = unary(add(matmul(second, weight(g, "up", {channels, 128})), weight(g, "up bias", {128})), Activation::gelu);
    const Tensor result = add(matmul(hidden, weight(g, "down", {128, channels})), sum);
    g.output("y", permute(reshape(result, Shape{2, tokens, 8, 8}), {0, 2, 1, 3}));
    g.output("weights", attention_weights(part(0), part(1), attended.stats, options, {1, 3}));
    return g;
}

Graph picture() {
    Graph g;
    const Tensor x = g.input("x", {1, 11, 9, 3});
    const Tensor features =
        unary(conv2d(x, weight(g, "w", {8, 3, 3, 3}), {.pad_y = 1, .pad_x = 1, .bias = weight(g, "b", {8})}), Activation::relu);
    const Tensor pooled = max_pool(features);
    g.output("y", softmax(reshape(pooled, Shape{1, 5 * 4, 8}), {.scale = 0.5}));
    g.output("best", argmax(reduce(pooled, 1, ReduceKind::mean)));
    return g;
}

void same_with_every_pass_off(const Graph& graph, const reference::Feed& inputs) {
    reference::Feed feed = inputs;
    const reference::Feed expected = reference::interpret(graph, feed);
    std::vector<std::string> off{"", "reuse"};
    for (const PassInfo& pass : passes()) {
        if (pass.optional) {
            off.emplace_back(pass.name);
        }
    }
    off.emplace_back("all");
    for (const std::string& name : off) {
        SessionOptions options;
        if (name == "all") {
            options.compile.off.insert(off.begin() + 1, off.end() - 1);
        } else if (!name.empty()) {
            options.compile.off.insert(name);
        }
        Session session(tests::device(), graph, options);
        check::write_inputs(session, graph, inputs);
        session.run();
        for (const OutputWindow& output : session.plan().outputs) {
            const reference::Comparison worst =
                reference::compare(check::read_output(session, output), expected.at(output.name), {.absolute = 2e-5, .relative = 2e-5});
            CHECK_MESSAGE(worst.worst_ratio <= 1, "without '" << name << "', " << output.name << " is off by " << worst.worst_error);
        }
    }
}

reference::Feed feed_of(const Graph& graph, std::map<std::string, std::vector<double>> values) {
    return reference::fill_inputs({.name = "passes", .build = {}, .values = std::move(values)}, graph);
}

}  // namespace

TEST_SUITE_BEGIN("device run");

TEST_CASE("a transformer block is the same with any pass off, or all") {
    const Graph graph = block();
    same_with_every_pass_off(graph, feed_of(graph, {{"lengths", {13, 7}}}));
}

TEST_CASE("a small convolutional network is the same with any pass off, or all") {
    const Graph graph = picture();
    same_with_every_pass_off(graph, feed_of(graph, {}));
}

TEST_CASE("attention's memory grows with the length, not with its square") {
    const int64_t length = 16384;
    Graph graph;
    const Shape shape{1, length, 2 * 64};
    const Tensor q = graph.input("q", shape, DType::f16), k = graph.input("k", shape, DType::f16), v = graph.input("v", shape, DType::f16);
    graph.output("y", attention(q, k, v, {.heads = 2}).out);
    const Plan plan = compile(graph, tests::device().caps());
    const uint64_t element = tests::device().caps().fp16_storage ? 2 : 4;
    const uint64_t in_and_out = 4 * element * static_cast<uint64_t>(shape.elements());
    CHECK(plan.bytes(Arena::io) + plan.bytes(Arena::scratch) + plan.dynamics_bytes() <= in_and_out * 12 / 10);
}

TEST_SUITE_END();
