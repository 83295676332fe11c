// The layers: shapes and nodes without a device, numbers on one.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/model_check.h"
#include "models/nn/embedding.h"
#include "models/nn/encoder.h"
#include "models/nn/positions.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;

struct Built {
    std::unique_ptr<WeightSource> source = random_weights(5);
    Graph graph;

    Weights weights() { return {graph, *source}; }
    size_t count(OpKind op) const { return static_cast<size_t>(std::ranges::count(graph.nodes(), op, &Node::op)); }
};

nn::EncoderShape small_encoder(nn::NormPlace norms) {
    return {.layers = 2,
            .attention = {.channels = 24, .heads = 3},
            .feed_forward = {.channels = 24, .hidden = 40, .activation = Activation::gelu},
            .norm = {.channels = 24},
            .norms = norms};
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("positions: sines and cosines in turn") {
        const std::vector<float> table = nn::sinusoidal_positions(3, 6);
        REQUIRE(table.size() == 18);
        CHECK(table[0] == 0);
        CHECK(table[1] == 1);
        CHECK(table[6 + 0] == doctest::Approx(std::sin(1.0)));
        CHECK(table[6 + 1] == doctest::Approx(std::cos(1.0)));
        CHECK(table[12 + 2] == doctest::Approx(std::sin(2 / std::pow(10000, 2 / 6.0))));
        CHECK(table[12 + 5] == doctest::Approx(std::cos(2 / std::pow(10000, 4 / 6.0))));
    }

    TEST_CASE("positions: as Marian and as tensor2tensor have them, all sines first") {
        const std::vector<float> marian = nn::sinusoidal_positions(2, 6, {.halves = true});
        CHECK(marian[2] == 0);
        CHECK(marian[3] == 1);
        CHECK(marian[6 + 2] == doctest::Approx(std::sin(1 / std::pow(10000, 4 / 6.0))));
        CHECK(marian[6 + 4] == doctest::Approx(std::cos(1 / std::pow(10000, 2 / 6.0))));
        const std::vector<float> other = nn::sinusoidal_positions(2, 6, {.halves = true, .reaches_base = true, .first = 1});
        CHECK(other[0] == doctest::Approx(std::sin(1.0)));
        CHECK(other[6 + 1] == doctest::Approx(std::sin(2 / 100.0)));
        CHECK(other[6 + 5] == doctest::Approx(std::cos(2 / 10000.0)));
    }

    TEST_CASE("positions: distances in buckets, as T5 sorts them") {
        const nn::DistanceBuckets encoder{.both_ways = true}, decoder;
        const std::vector<std::pair<int64_t, int64_t>> both{{0, 0},   {-1, 1},   {-7, 7},    {-8, 8},    {-11, 8},
                                                            {-12, 9}, {-16, 10}, {-128, 15}, {-999, 15}, {1, 17},
                                                            {7, 23},  {8, 24},   {64, 30},   {91, 31},   {90, 30}};
        for (const auto& [distance, bucket] : both) {
            CHECK_MESSAGE(nn::bucket_of(distance, encoder) == bucket, distance);
        }
        const std::vector<std::pair<int64_t, int64_t>> back{{5, 0},    {0, 0},    {-15, 15},  {-16, 16}, {-18, 16},
                                                            {-19, 17}, {-64, 26}, {-113, 31}, {-112, 30}};
        for (const auto& [distance, bucket] : back) {
            CHECK_MESSAGE(nn::bucket_of(distance, decoder) == bucket, distance);
        }
        const std::vector<float> by_bucket{10, 0, 11, 1, 12, 2, 13, 3};  // [4,2]
        CHECK(nn::relative_bias(by_bucket, {.count = 4, .max_distance = 3}) ==
              std::vector<float>{13, 12, 11, 10, 10, 10, 10, 3, 2, 1, 0, 0, 0, 0});
    }

    TEST_CASE("embedding: rows that start somewhere have one token each") {
        Built b;
        const nn::Embedding layer{.words = b.weights().tensor("words", {11, 8}), .positions = b.weights().tensor("positions", {5, 8})};
        const Tensor starts = b.graph.dynamic("starts", {2});
        CHECK(nn::embed(b.graph.input("ids", {2, 5}, DType::i32), layer).shape() == Shape{2, 5, 8});
        CHECK(nn::embed(b.graph.input("next", {2, 1}, DType::i32), layer, starts).shape() == Shape{2, 1, 8});
        CHECK(tests::sentence(ErrorKind::bad_input, [&] {
                  nn::embed(b.graph.input("two", {2, 2}, DType::i32), layer, starts);
              }) == "embed: expected one token a row where rows start at positions of their own, got 2");
        CHECK(tests::sentence(ErrorKind::bad_input, [&] {
                  nn::embed(b.graph.input("many", {2, 6}, DType::i32), layer);
              }) == "embed: expected at most 5 tokens, got 6");
    }

    TEST_CASE("self-attention: one matmul for query, key and value, one for the result") {
        Built b;
        const nn::SelfAttention layer = nn::load_self_attention(b.weights() / "self", {.channels = 24, .heads = 6, .kv_heads = 2});
        CHECK(layer.query_key_value.weight.shape() == Shape{24 + 8 + 8, 24});
        CHECK(layer.query_key_value.bias.shape() == Shape{40});
        const Tensor x = b.graph.input("x", {2, 5, 24});
        const nn::Attended attended = nn::self_attention(x, layer, {.mask = {.causal = true}, .keep_stats = true});
        CHECK(attended.out.shape() == Shape{2, 5, 24});
        CHECK(attended.key.shape() == Shape{2, 5, 8});
        CHECK(nn::attention_map(attended).shape() == Shape{2, 6, 5, 5});
        CHECK(nn::attention_map(attended, {4}).shape() == Shape{2, 1, 5, 5});
        CHECK(b.count(OpKind::matmul) == 2);
        CHECK(b.count(OpKind::attention) == 1);
    }

    TEST_CASE("self-attention: without its statistics there is no map") {
        Built b;
        const nn::SelfAttention layer = nn::load_self_attention(b.weights(), {.channels = 8, .heads = 2});
        const nn::Attended attended = nn::self_attention(b.graph.input("x", {1, 3, 8}), layer);
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { nn::attention_map(attended); }), "kept its statistics"));
    }

    TEST_CASE("attention: heads that do not divide are a sentence") {
        Built b;
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { nn::load_self_attention(b.weights(), {.channels = 10, .heads = 3}); }),
                       "10 channels are not divisible by 3 heads"));
        CHECK(contains(
            sentence(ErrorKind::bad_model, [&] { nn::load_self_attention(b.weights(), {.channels = 12, .heads = 3, .kv_heads = 2}); }),
            "got 3 and 2"));
    }

    TEST_CASE("cross-attention: keys and values are made once, for any number of queries") {
        Built b;
        const nn::CrossAttention layer = nn::load_cross_attention(b.weights(), {.channels = 12, .heads = 3, .memory_channels = 20});
        const nn::Memory memory = nn::remember(b.graph.input("encoded", {2, 7, 20}), layer);
        CHECK(memory.key.shape() == Shape{2, 7, 12});
        const nn::Attended first = nn::cross_attention(b.graph.input("x", {2, 4, 12}), memory, layer, {.keep_stats = true});
        const nn::Attended second = nn::cross_attention(first.out, memory, layer);
        CHECK(second.out.shape() == Shape{2, 4, 12});
        CHECK(nn::attention_map(first).shape() == Shape{2, 3, 4, 7});
        CHECK(b.count(OpKind::matmul) == 5);
    }

    TEST_CASE("feed-forward: plain and gated") {
        Built b;
        const Tensor x = b.graph.input("x", {2, 3, 8});
        const nn::FeedForward plain = nn::load_feed_forward(b.weights() / "plain", {.channels = 8, .hidden = 20});
        CHECK(nn::feed_forward(x, plain, x).shape() == Shape{2, 3, 8});
        CHECK(b.count(OpKind::matmul) == 2);
        const nn::FeedForward gated = nn::load_feed_forward(
            b.weights() / "gated", {.channels = 8, .hidden = 20, .activation = Activation::silu, .gated = true, .bias = false});
        CHECK(nn::feed_forward(x, gated).shape() == Shape{2, 3, 8});
        CHECK(b.count(OpKind::matmul) == 5);
        CHECK(b.graph.find("gated.gate.bias") == kNone);
    }

    TEST_CASE("encoder: pre-norm ends with a norm, post-norm does not; a block is seven nodes beside its views") {
        for (const nn::NormPlace place : {nn::NormPlace::before, nn::NormPlace::after}) {
            Built b;
            const nn::Encoder encoder = nn::load_encoder(b.weights() / "encoder", small_encoder(place));
            const nn::Encoded encoded = nn::encode(b.graph.input("x", {1, 5, 24}), encoder);
            CHECK(encoded.out.shape() == Shape{1, 5, 24});
            CHECK(encoded.layers.size() == 2);
            CHECK(b.count(OpKind::layer_norm) == (place == nn::NormPlace::before ? 5 : 4));
            CHECK(b.count(OpKind::matmul) + b.count(OpKind::attention) == 2 * 5);
            CHECK(b.count(OpKind::slice) == 2 * 3);
            CHECK(b.graph.find("encoder.layers.1.feed_forward.up.weight") != kNone);
            CHECK(b.graph.find("encoder.layers.1.attention.query.weight+key.weight+value.weight") != kNone);
        }
    }
}

TEST_SUITE("device models") {
    TEST_CASE("encoder: pre-norm and post-norm, batch with lengths, against the reference") {
        for (const nn::NormPlace place : {nn::NormPlace::before, nn::NormPlace::after}) {
            Built b;
            const nn::Encoder encoder = nn::load_encoder(b.weights(), small_encoder(place));
            const Tensor lengths = b.graph.dynamic("lengths", {2});
            const nn::Encoded encoded =
                nn::encode(b.graph.input("x", {2, 11, 24}), encoder, {.mask = {.key_lengths = lengths}, .keep_stats = true});
            b.graph.output("encoded", encoded.out);
            b.graph.output("map", nn::attention_map(encoded.layers[1]));
            tests::check_on_device(b.graph, tests::feed_for(b.graph, {{"lengths", {11, 6}}}));
        }
    }

    TEST_CASE("cross-attention and a gated feed-forward without biases, against the reference") {
        Built b;
        const nn::CrossAttention cross = nn::load_cross_attention(
            b.weights() / "cross", {.channels = 16, .heads = 4, .kv_heads = 2, .memory_channels = 12, .bias = false});
        const nn::FeedForward gated = nn::load_feed_forward(
            b.weights() / "gated", {.channels = 16, .hidden = 28, .activation = Activation::gelu_tanh, .gated = true, .bias = false});
        const Tensor x = b.graph.input("x", {2, 3, 16});
        const nn::Memory memory = nn::remember(b.graph.input("encoded", {2, 9, 12}), cross);
        const nn::Attended attended = nn::cross_attention(x, memory, cross, {.keep_stats = true, .residual = x});
        b.graph.output("out", nn::feed_forward(attended.out, gated, attended.out));
        b.graph.output("map", nn::attention_map(attended, {1, 3}));
        tests::check_on_device(b.graph, tests::feed_for(b.graph));
    }

    TEST_CASE("causal self-attention, against the reference") {
        Built b;
        const nn::SelfAttention layer = nn::load_self_attention(b.weights(), {.channels = 24, .heads = 2});
        const nn::Attended attended =
            nn::self_attention(b.graph.input("x", {1, 13, 24}), layer, {.mask = {.causal = true}, .keep_stats = true});
        b.graph.output("out", attended.out);
        b.graph.output("map", nn::attention_map(attended));
        tests::check_on_device(b.graph, tests::feed_for(b.graph));
    }
}

}  // namespace heed
