#include "models/decode/search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "heed.h"
#include "models/toy_model.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;
using tests::Toy;
using tests::toy_logits;
using tests::ToyModel;

using Tokens = std::vector<int32_t>;
using Found = std::vector<std::vector<GeneratedSequence>>;

GenerationOptions plain(int64_t beams = 1) {
    return {.decoder_start_token_id = 0, .eos_token_ids = {1}, .max_length = 9, .num_beams = beams, .num_return_sequences = beams};
}

Found found(const Toy& toy, const GenerationOptions& options, size_t sentences = 1) {
    ToyModel model(toy);
    return search(model, {.sentences = sentences}, options);
}

class BrokenModel : public StepModel {
public:
    int64_t vocabulary() const override { return 7; }
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override {
        std::vector<float> logits(rows.size() * 7, 0.0f);
        logits.back() = NAN;
        return pick_scores(logits, 7, request);
    }
};

std::string refusal(const GenerationOptions& options, ErrorKind kind = ErrorKind::bad_input) {
    return sentence(kind, [&] { found({}, options); });
}

// Every sequence of tokens 0 to 3 that there is, with its score.
void all_sequences(const Toy& toy, const GenerationOptions& options, Tokens tokens, double total, std::vector<GeneratedSequence>& out) {
    const std::vector<float> logits = toy_logits(toy, 0, tokens);
    double sum = 0;
    std::for_each(logits.begin(), logits.end(), [&](float logit) { sum += std::exp(static_cast<double>(logit)); });
    tokens.push_back(0);
    for (int32_t token = 0; token < 4; ++token) {
        tokens.back() = token;
        const double score = total + static_cast<double>(logits[static_cast<size_t>(token)]) - std::log(sum);
        if (token == 1 || static_cast<int64_t>(tokens.size()) == *options.max_length) {
            const double length = static_cast<double>(tokens.size() - 1);
            out.push_back({.tokens = Tokens(tokens.begin() + 1, tokens.end()), .score = score / std::pow(length, options.length_penalty)});
        } else {
            all_sequences(toy, options, tokens, score, out);
        }
    }
}

bool repeats_pair(const Tokens& tokens) {
    std::set<std::pair<int32_t, int32_t>> pairs;
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (!pairs.insert({tokens[i], tokens[i + 1]}).second) {
            return true;
        }
    }
    return false;
}

bool same(const GeneratedSequence& a, const GeneratedSequence& b) {
    return a.tokens == b.tokens && a.score == b.score && a.log_probability == b.log_probability && a.end == b.end;
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("search: beams as wide as everything find what exhaustive search finds") {
        for (const double penalty : {0.0, 0.5, 1.0}) {
            for (const uint64_t seed : {11u, 12u, 13u, 14u}) {
                CAPTURE(penalty);
                CAPTURE(seed);
                const Toy toy{.seed = seed, .vocabulary = 81, .steps = 64, .unit = 1.0 / 16};
                GenerationOptions options = plain(81);  // 3 that go on to the fourth power
                options.max_length = 6;
                options.length_penalty = penalty;
                options.early_stopping = EarlyStopping::never;
                for (int32_t token = 4; token < 81; ++token) {
                    options.suppress_tokens.push_back(token);
                }
                std::vector<GeneratedSequence> all;
                all_sequences(toy, options, {0}, 0, all);
                const auto best = std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.score < b.score; });
                const GeneratedSequence one = found(toy, options)[0][0];
                CHECK(one.tokens == best->tokens);
                CHECK(one.score == doctest::Approx(best->score).epsilon(1e-9));
            }
        }
    }

    TEST_CASE("search: what holds of every list") {
        for (const uint64_t seed : {21u, 22u, 23u, 24u, 25u}) {
            GenerationOptions options = plain(4);
            options.max_length = 16;
            options.min_length = 7;
            options.no_repeat_ngram_size = 2;
            const std::vector<GeneratedSequence> list = found({.seed = seed, .vocabulary = 11, .memory = 1}, options)[0];
            REQUIRE(list.size() == 4);
            CHECK(std::is_sorted(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.score > b.score; }));
            std::set<Tokens> different;
            for (const GeneratedSequence& one : list) {
                different.insert(one.tokens);
                Tokens whole = one.tokens;
                whole.insert(whole.begin(), 0);
                CHECK_FALSE(repeats_pair(whole));
                CHECK(one.tokens.size() >= 7);  // an end after six tokens and the start: the seventh
                CHECK(one.tokens.size() <= 15);
                CHECK(one.score == doctest::Approx(one.log_probability / static_cast<double>(one.tokens.size())));
            }
            CHECK(different.size() == 4);
        }
    }

    TEST_CASE("search: a batch is its sentences one by one") {
        const Toy toy{.seed = 5, .vocabulary = 30};
        GenerationOptions sampling = plain();
        sampling.do_sample = true;
        sampling.num_return_sequences = 2;
        for (const GenerationOptions& options : {plain(), plain(3), sampling}) {
            const Found together = found(toy, options, 4);
            ToyModel model(toy);
            const Found few = search(model, {.sentences = 2, .numbers = {0, 1}}, options);
            for (size_t i = 0; i < few.size(); ++i) {
                REQUIRE(few[i].size() == together[i].size());
                CHECK(std::equal(few[i].begin(), few[i].end(), together[i].begin(), same));
            }
        }
        CHECK(found(toy, plain(), 0).empty());
    }

    TEST_CASE("search: sampling depends on the seed and the sentence's number, and draws as often as is likely") {
        const Toy toy{.seed = 7, .vocabulary = 4, .steps = 32, .unit = 1.0 / 16};
        GenerationOptions options = plain();
        options.eos_token_ids = {};
        options.max_new_tokens = 1;
        options.do_sample = true;
        options.num_return_sequences = 20000;
        std::map<int32_t, double> counts;
        const Found drawn = found(toy, options);
        for (const GeneratedSequence& one : drawn[0]) {
            counts[one.tokens[0]] += 1.0 / 20000;
            CHECK(one.end == SequenceEnd::length);
        }
        const std::vector<float> logits = toy_logits(toy, 0, Tokens{0});
        double sum = 0;
        std::for_each(logits.begin(), logits.end(), [&](float logit) { sum += std::exp(static_cast<double>(logit)); });
        for (size_t token = 0; token < 4; ++token) {
            CHECK(std::abs(counts[static_cast<int32_t>(token)] - std::exp(static_cast<double>(logits[token])) / sum) < 0.015);
        }
        options.max_new_tokens = 20;
        options.num_return_sequences = 1;
        const Tokens first = found(toy, options)[0][0].tokens;
        CHECK(found(toy, options)[0][0].tokens == first);
        options.seed = 1;
        CHECK(found(toy, options)[0][0].tokens != first);
        options.seed = 0;
        ToyModel model(toy);
        CHECK(search(model, {.numbers = {9}}, options)[0][0].tokens != first);
    }

    TEST_CASE("search: sentences end at different times, and the model takes no step more than the longest needs") {
        const Toy toy{.seed = 5, .vocabulary = 30};
        GenerationOptions options = plain(2);
        options.max_length = 40;
        ToyModel model(toy);
        size_t longest = 0;
        for (const auto& list : search(model, {.sentences = 6}, options)) {
            longest = std::max(longest, list[0].tokens.size());
        }
        CHECK(model.steps >= static_cast<int>(longest));
        CHECK(model.steps < 40);
        options = plain();
        options.prefix = {2, 3};
        options.max_new_tokens = 3;
        options.eos_token_ids = {};
        ToyModel again(toy);
        CHECK(search(again, {.sentences = 2}, options)[0][0].tokens.size() == 3);
        CHECK(again.steps == 5);  // two of the three tokens to begin with are read before the first step that scores
    }

    TEST_CASE("search: progress only ever adds tokens, and ends with the best") {
        for (const int64_t beams : {1, 4}) {
            const Toy toy{.seed = 31, .vocabulary = 20, .memory = 1};
            std::map<size_t, Tokens> told;
            std::map<size_t, int> ended;
            const auto on_progress = [&](const SearchProgress& progress) {
                Tokens& before = told[progress.sentence];
                CHECK(progress.tokens.size() >= before.size());
                CHECK(std::equal(before.begin(), before.end(), progress.tokens.begin()));
                before.assign(progress.tokens.begin(), progress.tokens.end());
                ended[progress.sentence] += progress.ended ? 1 : 0;
                return true;
            };
            ToyModel model(toy);
            const Found all = search(model, {.sentences = 3}, plain(beams), on_progress);
            for (size_t i = 0; i < 3; ++i) {
                CHECK(told[i] == all[i][0].tokens);
                CHECK(ended[i] == 1);
            }
        }
    }

    TEST_CASE("search: cancelled, it hands out what there is") {
        for (const int64_t beams : {1, 3}) {
            GenerationOptions options = plain(beams);
            options.eos_token_ids = {};
            options.num_return_sequences = 1;
            ToyModel model({.seed = 3});
            int left = 3;
            const Found all = search(model, {}, options, [&](const SearchProgress&) { return --left > 0; });
            CHECK(all[0][0].end == SequenceEnd::cancelled);
            CHECK(all[0][0].tokens.size() >= 3);
            CHECK(all[0][0].tokens.size() < 8);
        }
    }

    TEST_CASE("search: options that cannot be followed") {
        const auto with = [](const auto& change) {
            GenerationOptions options = plain();
            change(options);
            return refusal(options);
        };
        CHECK(contains(with([](auto& o) { o.num_beams = 8; }), "num_beams to be at most the vocabulary's tokens, 7, got 8"));
        CHECK(contains(with([](auto& o) { o.num_beams = 0; }), "num_beams to be 1 or more, got 0"));
        CHECK(contains(with([](auto& o) { o.num_return_sequences = 2; }), "num_return_sequences to be at most num_beams, 1, got 2"));
        CHECK(contains(with([](auto& o) { o.max_length = 0; }), "max_length to be 1 or more, got 0"));
        CHECK(contains(with([](auto& o) { o.max_length = 1; }), "max_length to be more than the 1 tokens to begin with, got 1"));
        CHECK(contains(with([](auto& o) { o.max_new_tokens = 0; }), "max_new_tokens to be 1 or more, got 0"));
        CHECK(contains(with([](auto& o) { o.max_new_tokens = 65; }),
                       "max_new_tokens to be at most what the model has positions for, 64, got 65"));
        CHECK(contains(with([](auto& o) { o.max_length = 66; }), "max_length to be at most what the model has positions for, 65, got 66"));
        CHECK(contains(with([](auto& o) { o.min_length = 10; }), "min_length to be at most the maximal length, 9, got 10"));
        CHECK(contains(with([](auto& o) { o.forced_bos_token_id = 7; }),
                       "forced_bos_token_id to be one of the vocabulary's 7 tokens, got 7"));
        CHECK(contains(with([](auto& o) { o.eos_token_ids = {-1}; }), "eos_token_id to be one of the vocabulary's 7 tokens, got -1"));
        CHECK(contains(with([](auto& o) { o.bad_words_ids = {{}}; }), "each of bad_words_ids to be one token or more, got 0"));
        CHECK(contains(with([](auto& o) { o.decoder_start_token_id = {}; }), "a decoder_start_token_id or a prefix, got none"));
        CHECK(contains(with([](auto& o) { o.length_penalty = NAN; }), "length_penalty to be a finite number"));
        CHECK(contains(with([](auto& o) { o.repetition_penalty = 0; }), "repetition_penalty to be above 0, got 0"));
        CHECK(contains(with([](auto& o) { o.prefix.resize(80, 2); }), "at most the model's 64 positions, got 81 tokens"));
        CHECK(contains(with([](auto& o) { o.do_sample = true, o.temperature = 0; }), "temperature to be above 0, got 0"));
        CHECK(contains(with([](auto& o) { o.do_sample = true, o.top_p = 1.5; }), "top_p to be from 0 to 1, got 1.5"));
        CHECK(contains(with([](auto& o) { o.num_beams = 4, o.num_return_sequences = 3, o.patience = 0.5; }),
                       "patience * num_beams, 2, got 3"));
        GenerationOptions both = plain(3);
        both.do_sample = true;
        CHECK(contains(refusal(both, ErrorKind::unsupported), "num_beams of 1 with do_sample, got 3"));
        ToyModel model({});
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { search(model, {.sentences = 2, .numbers = {1}}, plain()); }),
                       "2 sentences, got 1"));
    }

    TEST_CASE("search: scores that are no numbers") {
        BrokenModel model;
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { search(model, {}, plain()); }),
                       "expected numbers from the model, got NaN in row 0"));
    }
}

}  // namespace heed
