// What attention, its weights, softmax and layer_norm refuse, and which kernels they take on devices that need not exist.
#include <doctest/doctest.h>

#include "ops/ops.h"
#include "plan/compile.h"
#include "support/caps.h"
#include "support/sentence.h"

namespace heed {
namespace {

template <typename Call>
std::string bad_input(Call&& call) {
    return tests::sentence(ErrorKind::bad_input, call);
}

struct Inputs {
    Graph graph;
    Tensor q = graph.input("q", {2, 5, 24});
    Tensor k = graph.input("k", {2, 7, 24});
    Tensor half = graph.input("half", {2, 7, 24}, DType::f16);
    Tensor narrow = graph.input("narrow", {2, 7, 8});
    Tensor three = graph.dynamic("three", {3});
};

struct Problem {
    int64_t queries = 197, keys = 197, head = 64;
    DType dtype = DType::f32;
};

// The kernels of one attention with three heads, in order.
std::vector<std::string> kernels_of(const Problem& problem, const Caps& caps) {
    Graph graph;
    const Tensor q = graph.input("q", {1, problem.queries, 3 * problem.head}, problem.dtype);
    const Tensor k = graph.input("k", {1, problem.keys, 3 * problem.head}, problem.dtype);
    const Tensor v = graph.input("v", {1, problem.keys, 3 * problem.head}, problem.dtype);
    graph.output("out", attention(q, k, v, {.heads = 3}).out);
    const Plan plan = compile(graph, caps);
    std::vector<std::string> names;
    for (const Step& step : plan.steps) {
        names.emplace_back(step.dispatch.kernel->name);
    }
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("attention: heads must divide what there is") {
        Inputs in;
        CHECK(bad_input([&] { attention(in.q, in.k, {}, {}); }) == "attention: expected a tensor for v, got none");
        CHECK(bad_input([&] { attention(in.q, in.k, in.k, {.heads = 5}); }) ==
              "attention: expected q's last axis in 5 equal heads, got [2,5,24]");
        CHECK(bad_input([&] { attention(in.q, in.k, in.k, {.heads = 6, .kv_heads = 4}); }) ==
              "attention: expected a number of heads that 4 heads of keys divide, got 6");
        CHECK(bad_input([&] { attention(in.q, in.narrow, in.narrow, {.heads = 3}); }) ==
              "attention: expected k of [2,7,24] for q [2,5,24] with 3 heads and 3 of keys, got [2,7,8]");
        CHECK(attention(in.q, in.narrow, in.narrow, {.heads = 3, .kv_heads = 1}).out.shape() == Shape{2, 5, 24});
        CHECK(bad_input([&] { attention(in.q, in.k, in.narrow, {.heads = 3}); }) ==
              "attention: expected v like k, f32[2,7,24], got f32[2,7,8]");
        CHECK(bad_input([&] { attention(in.q, in.half, in.half, {.heads = 3}); }) == "attention: expected f32 for k, got f16[2,7,24]");
        CHECK(tests::sentence(ErrorKind::unsupported, [&] { attention(in.q, in.k, in.k, {.heads = 12}); }) ==
              "attention: expected a head size that is a multiple of 4 up to 256, got 2 (q [2,5,24] in 12 heads)");
    }

    TEST_CASE("attention: masks must fit") {
        Inputs in;
        const auto with = [&](const AttentionMask& mask) {
            return bad_input([&] { attention(in.q, in.k, in.k, {.heads = 3, .mask = mask}); });
        };
        CHECK(with({.key_lengths = in.three}) == "attention: expected a dynamic [2] for key lengths, got i32[3]");
        CHECK(with({.query_starts = in.q}) == "attention: expected a dynamic [2] for query starts, got f32[2,5,24] that is not dynamic");
        CHECK(with({.window_left = -1}) == "attention: expected window_left between 0 and 2147483647, got -1");
        CHECK(with({.bias = in.graph.input("bias", {5, 8})}) ==
              "attention: expected f32 that broadcasts to [2,3,5,7] for the bias, got f32[5,8]");
    }

    TEST_CASE("attention_weights: statistics and heads must be attention's") {
        Inputs in;
        const AttentionOptions options{.heads = 3, .keep_stats = true};
        const Tensor stats = attention(in.q, in.k, in.k, options).stats;
        CHECK(stats.shape() == Shape{2, 3, 5, 2});
        CHECK(attention_weights(in.q, in.k, stats, options, {2, 0}).shape() == Shape{2, 2, 5, 7});
        CHECK(bad_input([&] { attention_weights(in.q, in.k, in.q, options); }) ==
              "attention_weights: expected statistics f32[2,3,5,2] as attention(keep_stats) returns them, got f32[2,5,24]");
        CHECK(bad_input([&] { attention_weights(in.q, in.k, stats, options, {3}); }) ==
              "attention_weights: expected heads below 3, got head 3");
    }

    TEST_CASE("softmax and layer_norm: what must agree") {
        Inputs in;
        CHECK(bad_input([&] { softmax({}); }) == "softmax: expected a tensor for x, got none");
        CHECK(bad_input([&] { softmax(in.q, {.mask = in.k}); }) ==
              "softmax: expected f32 that broadcasts to [2,5,24] for the mask, got f32[2,7,24]");
        CHECK(bad_input([&] { softmax(in.q, {.key_lengths = in.three}); }) ==
              "softmax: expected a dynamic [2] for key lengths, got i32[3]");
        CHECK(bad_input([&] { softmax(in.graph.input("row", {4}), {.causal = true}); }) ==
              "softmax: expected rows and columns for a causal mask, got [4]");
        CHECK(bad_input([&] { layer_norm(in.q, {.gamma = in.graph.input("gamma", {23})}); }) ==
              "layer_norm: expected f32[24] for gamma, as x is f32[2,5,24], got f32[23]");
        CHECK(bad_input([&] { layer_norm(in.k, {.residual = in.half}); }) ==
              "layer_norm: expected a residual like x, f32[2,7,24], got f16[2,7,24]");
        CHECK(!layer_norm(in.k).sum);
    }

    TEST_CASE("attention: lanes where these are few, shared memory where they are many, which splits when decoding") {
        CHECK(kernels_of({}, tests::software_caps()) == Names{"attention_lanes_f32"});
        CHECK(kernels_of({.dtype = DType::f16}, tests::software_caps()) == Names{"attention_lanes_f16"});
        CHECK(kernels_of({}, tests::desktop_caps()) == Names{"attention_tiled_f32"});
        CHECK(kernels_of({.head = 256}, tests::minimum_caps()) == Names{"attention_tiled_f32"});
        const Names split{"attention_split_f32", "attention_join_f32"};
        CHECK(kernels_of({.queries = 1, .keys = 1024}, tests::desktop_caps()) == split);
        CHECK(kernels_of({.queries = 1, .keys = 1024}, tests::software_caps()) == Names{"attention_lanes_f32"});
        for (const Caps& caps : tests::all_caps()) {
            CHECK(kernels_of({.queries = 1, .keys = 16}, caps).size() == 1);
        }
        Caps small = tests::minimum_caps();
        small.shared_bytes = 8192;
        CHECK(tests::sentence(ErrorKind::unsupported, [&] {
                  kernels_of({}, small);
              }).starts_with("attention: no kernel can compute [1,197,192]"));
    }
}

}  // namespace heed
