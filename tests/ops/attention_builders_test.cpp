// What softmax, layer_norm and the attention ops say when their inputs contradict each other: one sentence a rule.
#include <doctest/doctest.h>

#include "ops/ops.h"
#include "support/sentence.h"

namespace heed {
namespace {

template <typename Call>
std::string bad_input(Call&& call) {
    return tests::sentence(ErrorKind::bad_input, call);
}

template <typename Call>
std::string unsupported(Call&& call) {
    return tests::sentence(ErrorKind::unsupported, call);
}

struct Inputs {
    Graph graph;
    Tensor q = graph.input("q", {2, 3, 32});
    Tensor k = graph.input("k", {2, 5, 32});
    Tensor half = graph.input("half", {2, 5, 32}, DType::f16);
    Tensor ids = graph.input("ids", {2}, DType::i32);
    Tensor scalar = graph.input("scalar", {});
    Tensor vector = graph.input("vector", {32});
    Tensor lengths = graph.dynamic("lengths", {2});
    Tensor three = graph.dynamic("three", {3});
};

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("builders: softmax") {
        Inputs in;
        CHECK(bad_input([&] { softmax({}); }) == "softmax: expected a tensor for x, got none");
        CHECK(bad_input([&] { softmax(in.ids); }) == "softmax: expected f32 or f16 for x, got i32[2]");
        CHECK(bad_input([&] { softmax(in.scalar); }) == "softmax: expected an axis to sum over, got a scalar");
        CHECK(bad_input([&] { softmax(in.q, {.mask = in.k}); }) ==
              "softmax: expected f32 that broadcasts to [2,3,32] for the mask, got f32[2,5,32]");
        CHECK(bad_input([&] { softmax(in.k, {.mask = in.half}); }) ==
              "softmax: expected f32 that broadcasts to [2,5,32] for the mask, got f16[2,5,32]");
        CHECK(bad_input([&] { softmax(in.vector, {.causal = true}); }) == "softmax: expected rows and columns for a causal mask, got [32]");
        CHECK(bad_input([&] { softmax(in.q, {.key_lengths = in.three}); }) ==
              "softmax: expected a dynamic [2] for key lengths, got i32[3]");
        CHECK(bad_input([&] { softmax(in.q, {.key_lengths = in.ids}); }) ==
              "softmax: expected a dynamic [2] for key lengths, got i32[2] that is not dynamic");
        CHECK(softmax(in.q, {.mask = in.vector, .key_lengths = in.lengths}).shape() == Shape{2, 3, 32});
    }

    TEST_CASE("builders: softmax around centres") {
        Inputs in;
        const Tensor centres = in.graph.input("centres", {2, 3});
        CHECK(bad_input([&] { softmax(in.q, {.centres = in.vector, .reach = 2}); }) ==
              "softmax: expected centres f32[2,3], one a row of [2,3,32], got f32[32]");
        CHECK(bad_input([&] {
                  softmax(in.k, {.centres = in.graph.input("halves", {2, 5}, DType::f16)});
              }) == "softmax: expected centres f32[2,5], one a row of [2,5,32], got f16[2,5]");
        CHECK(bad_input([&] { softmax(in.q, {.centres = centres, .reach = -1}); }) ==
              "softmax: expected centres to reach at least 0, got -1");
        CHECK(bad_input([&] { softmax(in.q, {.centres = centres, .gaussian = true}); }) ==
              "softmax: expected centres to reach further than 0, got 0");
        CHECK(softmax(in.half, {.centres = in.graph.input("far", {2, 5}), .reach = 3, .gaussian = true}).dtype() == DType::f16);
    }

    TEST_CASE("builders: additive_attention") {
        Inputs in;
        CHECK(bad_input([&] { additive_attention(in.q, in.k, {}, in.k); }) == "additive_attention: expected a tensor for v, got none");
        CHECK(bad_input([&] { additive_attention(in.vector, in.k, in.vector, in.k); }) ==
              "additive_attention: expected 3 axes for q, got [32]");
        CHECK(bad_input([&] { additive_attention(in.q, in.half, in.vector, in.k); }) ==
              "additive_attention: expected f32[2,5,32] for k, as q is f32[2,3,32], got f16[2,5,32]");
        CHECK(bad_input([&] { additive_attention(in.q, in.k, in.graph.input("short", {31}), in.k); }) ==
              "additive_attention: expected f32[32] for v, as q is f32[2,3,32], got f32[31]");
        const Tensor three = in.graph.input("three rows", {3, 5, 32}), values = in.graph.input("values", {2, 5, 7});
        CHECK(bad_input([&] { additive_attention(in.q, three, in.vector, values); }) ==
              "additive_attention: expected f32[2,5,32] for k, as q is f32[2,3,32], got f32[3,5,32]");
        CHECK(bad_input([&] { additive_attention(in.q, three, in.vector, values, {.key_owners = in.ids}); }) ==
              "additive_attention: expected f32[3,5,7] for the values, as q is f32[2,3,32], got f32[2,5,7]");
        CHECK(bad_input([&] { additive_attention(in.q, in.k, in.vector, values, {.key_owners = in.three}); }) ==
              "additive_attention: expected owners i32[2], got i32[3]");
        CHECK(bad_input([&] { additive_attention(in.q, in.k, in.vector, values, {.key_lengths = in.three}); }) ==
              "additive_attention: expected a dynamic [2] for key lengths, got i32[3]");
        const AdditiveAttentionResult result = additive_attention(in.q, three, in.vector, three, {in.lengths, in.ids});
        CHECK(result.out.shape() == Shape{2, 3, 32});
        CHECK(result.weights.shape() == Shape{2, 3, 5});
    }

    TEST_CASE("builders: layer_norm") {
        Inputs in;
        CHECK(bad_input([&] { layer_norm({}); }) == "layer_norm: expected a tensor for x, got none");
        CHECK(bad_input([&] { layer_norm(in.ids); }) == "layer_norm: expected f32 or f16 for x, got i32[2]");
        CHECK(bad_input([&] { layer_norm(in.scalar); }) == "layer_norm: expected an axis to normalise, got a scalar");
        CHECK(bad_input([&] { layer_norm(in.q, {.gamma = in.k}); }) ==
              "layer_norm: expected f32[32] for gamma, as x is f32[2,3,32], got f32[2,5,32]");
        CHECK(bad_input([&] { layer_norm(in.half, {.beta = in.vector}); }) ==
              "layer_norm: expected f16[32] for beta, as x is f16[2,5,32], got f32[32]");
        CHECK(bad_input([&] { layer_norm(in.q, {.residual = in.k}); }) ==
              "layer_norm: expected a residual like x, f32[2,3,32], got f32[2,5,32]");
        CHECK(!layer_norm(in.q).sum);
        CHECK(layer_norm(in.q, {.residual = in.q}).sum.shape() == Shape{2, 3, 32});
    }

    TEST_CASE("builders: attention, operands and heads") {
        Inputs in;
        CHECK(bad_input([&] { attention({}, in.k, in.k, {}); }) == "attention: expected a tensor for q, got none");
        CHECK(bad_input([&] { attention(in.q, in.k, {}, {}); }) == "attention: expected a tensor for v, got none");
        CHECK(bad_input([&] { attention(in.ids, in.k, in.k, {}); }) == "attention: expected f32 or f16 for q, got i32[2]");
        CHECK(bad_input([&] { attention(in.vector, in.k, in.k, {}); }) == "attention: expected 3 axes for q, got [32]");
        CHECK(bad_input([&] { attention(in.q, in.vector, in.k, {}); }) == "attention: expected 3 axes for k, got [32]");
        CHECK(bad_input([&] { attention(in.q, in.half, in.half, {}); }) == "attention: expected f32 for k, got f16[2,5,32]");
        CHECK(bad_input([&] { attention(in.q, in.k, in.q, {}); }) == "attention: expected v like k, f32[2,5,32], got f32[2,3,32]");
        CHECK(bad_input([&] { attention(in.q, in.k, in.k, {.heads = 5}); }) ==
              "attention: expected q's last axis in 5 equal heads, got [2,3,32]");
        CHECK(bad_input([&] { attention(in.q, in.k, in.k, {.heads = 4, .kv_heads = 3}); }) ==
              "attention: expected a number of heads that 3 heads of keys divide, got 4");
        CHECK(bad_input([&] { attention(in.q, in.k, in.k, {.heads = 4, .kv_heads = 2}); }) ==
              "attention: expected k of [2,5,16] for q [2,3,32] with 4 heads and 2 of keys, got [2,5,32]");
        CHECK(unsupported([&] { attention(in.q, in.k, in.k, {.heads = 16}); }) ==
              "attention: expected a head size that is a multiple of 4 up to 256, got 2 (q [2,3,32] in 16 heads)");
        CHECK(attention(in.q, in.k, in.k, {.heads = 4}).out.shape() == Shape{2, 3, 32});
    }

    TEST_CASE("builders: attention, masks") {
        Inputs in;
        const auto masked = [&](const AttentionMask& mask) {
            return bad_input([&] { attention(in.q, in.k, in.k, {.heads = 4, .mask = mask}); });
        };
        CHECK(masked({.key_lengths = in.three}) == "attention: expected a dynamic [2] for key lengths, got i32[3]");
        CHECK(masked({.query_starts = in.three}) == "attention: expected a dynamic [2] for query starts, got i32[3]");
        CHECK(masked({.prefix_lengths = in.ids}) == "attention: expected a dynamic [2] for prefix lengths, got i32[2] that is not dynamic");
        CHECK(masked({.bias = in.vector}) == "attention: expected f32 that broadcasts to [2,4,3,5] for the bias, got f32[32]");
        CHECK(masked({.window_left = -1}) == "attention: expected window_left between 0 and 2147483647, got -1");
        CHECK(masked({.window_right = -7}) == "attention: expected window_right between 0 and 2147483647, got -7");
    }

    TEST_CASE("builders: attention_weights") {
        Inputs in;
        const AttentionOptions options{.heads = 4, .keep_stats = true};
        const Tensor stats = attention(in.q, in.k, in.k, options).stats;
        CHECK(bad_input([&] { attention_weights(in.q, in.k, {}, options); }) ==
              "attention_weights: expected a tensor for the statistics, got none");
        CHECK(bad_input([&] { attention_weights(in.q, in.k, in.q, options); }) ==
              "attention_weights: expected statistics f32[2,4,3,2] as attention(keep_stats) returns them, got f32[2,3,32]");
        CHECK(bad_input([&] {
                  attention_weights(in.q, in.k, stats, options, {0, 4});
              }) == "attention_weights: expected heads below 4, got head 4");
        CHECK(attention_weights(in.q, in.k, stats, options, {2}).shape() == Shape{2, 1, 3, 5});
        CHECK(attention_weights(in.q, in.k, stats, options).shape() == Shape{2, 4, 3, 5});
    }
}

}  // namespace heed
