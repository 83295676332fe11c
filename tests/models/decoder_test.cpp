#include "models/nn/decoder.h"

#include <doctest/doctest.h>

#include <cmath>

#include "models/model_check.h"
#include "run/session.h"
#include "support/device.h"
#include "support/sentence.h"

namespace {

using namespace heed;

constexpr int64_t kBatch = 2, kSource = 9, kTokens = 7, kChannels = 24;

nn::DecoderShape small_decoder(nn::NormPlace norms) {
    return {.layers = 2,
            .self = {.channels = kChannels, .heads = 3},
            .cross = {.channels = kChannels, .heads = 2, .memory_channels = 20},
            .feed_forward = {.channels = kChannels, .hidden = 40},
            .norm = {.channels = kChannels},
            .norms = norms};
}

struct Built {
    std::unique_ptr<WeightSource> source = random_weights(11);
    Graph graph;
    nn::Decoder decoder;

    explicit Built(nn::NormPlace norms) { decoder = nn::load_decoder(Weights(graph, *source) / "decoder", small_decoder(norms)); }
};

std::vector<float> numbers(size_t count, float seed) {
    std::vector<float> out;
    for (size_t i = 0; i < count; ++i) {
        out.push_back(std::sin(seed + 1.7f * static_cast<float>(i)));
    }
    return out;
}

// Token t of each sentence.
std::vector<float> token(const std::vector<float>& all, int64_t t) {
    std::vector<float> out;
    for (int64_t b = 0; b < kBatch; ++b) {
        const auto begin = all.begin() + (b * kTokens + t) * kChannels;
        out.insert(out.end(), begin, begin + kChannels);
    }
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("device decoder");

TEST_CASE("pre-norm and post-norm, sentences of different lengths, against the reference") {
    for (const nn::NormPlace norms : {nn::NormPlace::before, nn::NormPlace::after}) {
        Built b(norms);
        const Tensor lengths = b.graph.dynamic("lengths", {kBatch});
        const auto memories = nn::remember(b.graph.input("encoded", {kBatch, kSource, 20}), b.decoder);
        const nn::Decoded decoded = nn::decode(b.graph.input("x", {kBatch, kTokens, kChannels}), b.decoder, memories,
                                               {.cross_mask = {.key_lengths = lengths}, .keep_stats = true});
        b.graph.output("decoded", decoded.out);
        b.graph.output("looked", nn::attention_map(decoded.cross[1]));
        tests::check_on_device(b.graph, tests::feed_for(b.graph, {{"lengths", {9, 4}}}));
    }
}

TEST_CASE("token by token with caches is all tokens at once") {
    const std::vector<float> x = numbers(static_cast<size_t>(kBatch * kTokens * kChannels), 0.3f);
    const std::vector<float> encoded = numbers(static_cast<size_t>(kBatch * kSource * 20), 0.9f);
    const std::vector<int32_t> lengths{9, 5};

    Built whole(nn::NormPlace::before);
    const auto whole_memories = nn::remember(whole.graph.input("encoded", {kBatch, kSource, 20}), whole.decoder);
    const nn::DecodeOptions ragged{.cross_mask = {.key_lengths = whole.graph.dynamic("lengths", {kBatch})}};
    whole.graph.output("decoded",
                       nn::decode(whole.graph.input("x", {kBatch, kTokens, kChannels}), whole.decoder, whole_memories, ragged).out);
    Session at_once(tests::device(), whole.graph);
    at_once.write("x", x);
    at_once.write("encoded", encoded);
    at_once.write("lengths", lengths);
    at_once.run();
    const std::vector<float> expected = at_once.read("decoded");

    Built step(nn::NormPlace::before);
    nn::DecodeOptions options{.cross_mask = {.key_lengths = step.graph.dynamic("lengths", {kBatch})},
                              .starts = step.graph.dynamic("starts", {kBatch})};
    for (size_t i = 0; i < step.decoder.blocks.size(); ++i) {
        options.caches.push_back(nn::make_cache(step.graph, text("cache.", i), kBatch, 16, step.decoder.blocks[i].self.shape));
    }
    const auto memories = nn::remember(step.graph.input("encoded", {kBatch, kSource, 20}), step.decoder);
    step.graph.output("decoded", nn::decode(step.graph.input("x", {kBatch, 1, kChannels}), step.decoder, memories, options).out);
    Session by_token(tests::device(), step.graph);
    by_token.write("encoded", encoded);
    by_token.write("lengths", lengths);
    for (int32_t t = 0; t < kTokens; ++t) {
        by_token.write("x", token(x, t));
        by_token.write("starts", std::vector<int32_t>{t, t});
        by_token.run();
        const std::vector<float> got = by_token.read("decoded"), wanted = token(expected, t);
        REQUIRE(got.size() == wanted.size());
        for (size_t i = 0; i < got.size(); ++i) {
            CHECK(std::abs(got[i] - wanted[i]) < 2e-5f);
        }
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("models");

TEST_CASE("decoder: a memory and a cache for every block") {
    Built b(nn::NormPlace::after);
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input,
                                          [&] {
                                              nn::decode(b.graph.input("x", {1, 3, kChannels}), b.decoder, {});
                                          }),
                          "each of 2 blocks, got 0 and 0"));
}

TEST_SUITE_END();
