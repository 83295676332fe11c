#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/decode/generation_options.h"
#include "models/decode/step_model.h"

namespace heed {

// What the options say of the token that comes next in one sequence.
struct NextTokenRules {
    struct Touched {
        int32_t token = 0;
        bool banned = false;  // else its score takes the repetition penalty
    };

    bool forced = false;           // one of the touched that are not banned must come, each as good as certain
    std::vector<Touched> touched;  // ascending; every other token keeps the score it has
};

// A token that may come next.
struct Choice {
    int32_t token = 0;
    double value = 0;            // what choices are compared by
    double log_probability = 0;  // what it adds to the score of its sequence
};

// Whether scores are worked on as log-probabilities, as beam search does, or as the logits themselves, as greedy search and sampling
// do; the repetition penalty tells the difference.
enum class ScoreSpace { log_probability, logit };

class TokenRules {
public:
    // The options must outlive this.
    TokenRules(const GenerationOptions& options, const GenerationLengths& lengths, int64_t vocabulary);

    NextTokenRules rules_for(std::span<const int32_t> tokens) const;

    // Row's part of the scores as choices, as many as the request had best, ties by lower token; those of minus infinity are none.
    std::vector<Choice> choices(const NextTokenRules& rules, const StepScores& scores, size_t row, size_t asked_begin,
                                ScoreSpace space) const;

private:
    void ban_repeated_ngrams(std::span<const int32_t> tokens, std::vector<int32_t>& banned) const;
    void ban_bad_words(std::span<const int32_t> tokens, std::vector<int32_t>& banned) const;
    std::vector<Choice> forced_choices(const NextTokenRules& rules) const;

    const GenerationOptions* options_;
    GenerationLengths lengths_;
    int64_t vocabulary_;
    int64_t begin_index_;  // the length at which begin_suppress_tokens counts
};

}  // namespace heed
