#include "models/sentence/encoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/model_check.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;

const std::vector<std::string> kWords = split_words("the cat sat on the mat because the cats like soft mats");

reference::Feed feed_of(const std::vector<std::string>& words, const SentenceEncoderShape& shape) {
    reference::Array counts({1, static_cast<int64_t>(words.size()), shape.letter_groups});
    std::ranges::copy(letter_group_counts(words, shape), counts.data.begin());
    return {{"letter_groups", counts}};
}

// Of a map [1,H,T,T]: the key that the query's head looks at most.
size_t most(const reference::Array& map, int head, size_t query) {
    const size_t n = kWords.size();
    const auto row = map.data.begin() + static_cast<std::ptrdiff_t>((static_cast<size_t>(head) * n + query) * n);
    return static_cast<size_t>(std::max_element(row, row + static_cast<std::ptrdiff_t>(n)) - row);
}

double weight(const reference::Array& map, int head, size_t query, size_t key) {
    return map.data[(static_cast<size_t>(head) * kWords.size() + query) * kWords.size() + key];
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("sentence: words are what spaces part") {
        CHECK(split_words("  one\ttwo \n three ") == std::vector<std::string>{"one", "two", "three"});
        CHECK(contains(sentence(ErrorKind::bad_input, [] { split_words(" \t "); }), "expected 1 to 64 words, got 0"));
        std::string many;
        for (int i = 0; i < 65; ++i) {
            many += "word ";
        }
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { split_words(many); }), "got 65"));
    }

    TEST_CASE("sentence: letter groups ignore case and punctuation, and have length 1") {
        const SentenceEncoderShape shape;
        const auto row = [&](const char* word) { return letter_group_counts({word}, shape); };
        CHECK(row("Cat,") == row("cat"));
        CHECK(row("cat") != row("cats"));
        CHECK(row("\u00bfqu\u00e9?") != row("que"));
        for (const char* word : {"a", "\u4e2d", "!?", "Donaudampfschifffahrt", "\xff\xfe"}) {
            double squares = 0;
            for (const float x : row(word)) {
                squares += static_cast<double>(x) * static_cast<double>(x);
            }
            CHECK(squares == doctest::Approx(1));
        }
    }

    TEST_CASE("sentence encoder: each head does what it is wired to do") {
        const SentenceEncoderShape shape;
        const auto source = wired_weights(shape.seed);
        const Graph graph = build_sentence_encoder(shape, static_cast<int64_t>(kWords.size()), *source);
        reference::Feed feed = feed_of(kWords, shape);
        const reference::Feed out = reference::interpret(graph, feed);

        const reference::Array& bare = out.at("bare");  // cats and cat, more than cats and on
        CHECK(weight(bare, 0, 8, 1) > 3 * weight(bare, 0, 8, 3));
        CHECK(weight(bare, 0, 0, 4) == doctest::Approx(weight(bare, 0, 0, 0)));

        for (size_t layer = 0; layer < 3; ++layer) {
            CAPTURE(layer);
            const reference::Array& map = out.at(text("layer.", layer));
            for (size_t t = 0; t < kWords.size(); ++t) {
                CAPTURE(t);
                const bool is_the = kWords[t] == "the";
                CHECK(kWords[most(map, kAlike, t)] == kWords[t]);
                CHECK((t < layer + 1 || most(map, kBefore, t) == t - layer - 1));
                CHECK((t + layer + 1 >= kWords.size() || most(map, kAfter, t) == t + layer + 1));
                // "mats" is the last word: it recalls what came after "mat"
                const size_t recalled = t + 1 < kWords.size() ? t + 1 : 6;
                CHECK((layer == 0 || is_the || most(map, kRecall, t) == recalled));
                CHECK((layer > 0 || weight(map, kRecall, t, most(map, kRecall, t)) < 0.2));
            }
        }
        const reference::Array& second = out.at("layer.1");
        for (const size_t after_the : {1u, 5u, 8u}) {
            CHECK(weight(second, kRecall, 4, after_the) > 0.1);
        }
    }
}

TEST_SUITE("device models") {
    TEST_CASE("sentence encoder: against the reference") {
        const SentenceEncoderShape shape;
        const auto source = wired_weights(shape.seed);
        const Graph graph = build_sentence_encoder(shape, static_cast<int64_t>(kWords.size()), *source);
        tests::check_on_device(graph, feed_of(kWords, shape), {5e-5, 5e-5});
    }
}

}  // namespace heed
