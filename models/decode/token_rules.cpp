#include "models/decode/token_rules.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "heed.h"

namespace heed {
namespace {

bool has(const std::vector<int32_t>& tokens, int32_t token) {
    return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

bool ends_with(std::span<const int32_t> tokens, std::span<const int32_t> end) {
    return end.size() <= tokens.size() && std::equal(end.begin(), end.end(), tokens.end() - static_cast<std::ptrdiff_t>(end.size()));
}

void append(std::vector<int32_t>& out, const std::vector<int32_t>& more) {
    out.insert(out.end(), more.begin(), more.end());
}

// The best so many, ties by lower token.
void keep_best(std::vector<Choice>& choices, size_t count) {
    std::erase_if(choices, [](const Choice& choice) { return choice.value == -INFINITY; });
    const auto end = choices.begin() + static_cast<std::ptrdiff_t>(std::min(count, choices.size()));
    std::partial_sort(choices.begin(), end, choices.end(),
                      [](const Choice& a, const Choice& b) { return a.value != b.value ? a.value > b.value : a.token < b.token; });
    choices.erase(end, choices.end());
}

double penalized(double value, double penalty) {
    return value < 0 ? value * penalty : value / penalty;
}

double probability(std::span<const Choice> choices) {
    return std::accumulate(choices.begin(), choices.end(), 0.0,
                           [](double s, const Choice& choice) { return s + std::exp(choice.log_probability); });
}

double probability(std::span<const float> logits, double log_sum) {
    return std::accumulate(logits.begin(), logits.end(), 0.0,
                           [&](double s, float logit) { return s + std::exp(static_cast<double>(logit) - log_sum); });
}

}  // namespace

TokenRules::TokenRules(const GenerationOptions& options, const GenerationLengths& lengths, int64_t vocabulary)
    : options_(&options), lengths_(lengths), vocabulary_(vocabulary), begin_index_(lengths.prompt) {
    if (lengths.prompt == 1 && options.forced_bos_token_id) {
        ++begin_index_;
    }
}

void TokenRules::ban_repeated_ngrams(std::span<const int32_t> tokens, std::vector<int32_t>& banned) const {
    const size_t size = static_cast<size_t>(options_->no_repeat_ngram_size);
    if (size == 0 || tokens.size() < size) {
        return;
    }
    const std::span<const int32_t> last = tokens.last(size - 1);
    for (size_t i = 0; i + size <= tokens.size(); ++i) {
        if (std::equal(last.begin(), last.end(), tokens.begin() + static_cast<std::ptrdiff_t>(i))) {
            banned.push_back(tokens[i + size - 1]);
        }
    }
}

void TokenRules::ban_bad_words(std::span<const int32_t> tokens, std::vector<int32_t>& banned) const {
    for (const std::vector<int32_t>& word : options_->bad_words_ids) {
        const bool ends = word.size() == 1 && has(options_->eos_token_ids, word[0]);
        const bool fits = word.size() == 1 || word.size() <= tokens.size();
        if (!ends && fits && ends_with(tokens, std::span(word).first(word.size() - 1))) {
            banned.push_back(word.back());
        }
    }
}

NextTokenRules TokenRules::rules_for(std::span<const int32_t> tokens) const {
    const GenerationOptions& o = *options_;
    const int64_t length = static_cast<int64_t>(tokens.size());
    std::vector<int32_t> banned, touched, forced;
    if (o.forced_bos_token_id && length == 1) {
        forced = {*o.forced_bos_token_id};
    }
    if (!o.forced_eos_token_ids.empty() && length == lengths_.most - 1) {
        forced = o.forced_eos_token_ids;
    }
    append(banned, o.suppress_tokens);
    if (length == begin_index_) {
        append(banned, o.begin_suppress_tokens);
    }
    touched = forced;
    if (forced.empty()) {
        ban_repeated_ngrams(tokens, banned);
        ban_bad_words(tokens, banned);
        if (length < lengths_.least) {
            append(banned, o.eos_token_ids);
        }
        touched = banned;
        if (o.repetition_penalty != 1) {
            touched.insert(touched.end(), tokens.begin(), tokens.end());
        }
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    std::sort(banned.begin(), banned.end());
    NextTokenRules out{.forced = !forced.empty()};
    for (const int32_t token : touched) {
        out.touched.push_back({.token = token, .banned = std::binary_search(banned.begin(), banned.end(), token)});
    }
    return out;
}

std::vector<Choice> TokenRules::forced_choices(const NextTokenRules& rules) const {
    std::vector<Choice> out;
    for (const NextTokenRules::Touched& touched : rules.touched) {
        if (!touched.banned) {
            out.push_back({.token = touched.token});
        }
    }
    if (options_->renormalize_logits) {
        for (Choice& choice : out) {
            choice.value = choice.log_probability = -std::log(static_cast<double>(out.size()));
        }
    }
    return out;
}

std::vector<Choice> TokenRules::choices(const NextTokenRules& rules, const StepScores& scores, size_t row, size_t asked_begin,
                                        ScoreSpace space) const {
    if (rules.forced) {
        return forced_choices(rules);
    }
    const double log_sum = scores.log_sum.at(row);
    if (std::isnan(log_sum) || log_sum == INFINITY) {
        fail(ErrorKind::bad_model, "search: expected finite scores from the model, got ", log_sum, " as the log of their sum in row ", row);
    }
    const double base = space == ScoreSpace::log_probability ? log_sum : 0;  // what is taken off a logit before it is worked on
    const size_t best = scores.best.size() / scores.log_sum.size();
    std::vector<Choice> out;
    size_t others = 0;
    for (const ScoredToken& scored : std::span(scores.best).subspan(row * best, best)) {
        if (scored.token >= 0 && scored.logit != -INFINITY) {
            const double value = static_cast<double>(scored.logit) - base;
            out.push_back({scored.token, value, value + base - log_sum});
        }
        others += scored.token >= 0 ? 1 : 0;
    }
    const double seen = options_->renormalize_logits ? probability(out) : 0;
    const auto asked = std::span(scores.asked).subspan(asked_begin, rules.touched.size());
    for (size_t i = 0; i < asked.size(); ++i) {
        const double logit = static_cast<double>(asked[i]);
        if (!rules.touched[i].banned && logit != -INFINITY) {
            const double value = penalized(logit - base, options_->repetition_penalty);
            out.push_back({rules.touched[i].token, value, value + base - log_sum});
        }
    }
    if (options_->renormalize_logits) {
        const bool all = static_cast<int64_t>(others + asked.size()) == vocabulary_;
        const double unseen = all ? 0 : std::max(0.0, 1 - seen - probability(asked, log_sum));
        const double shift = std::log(probability(out) + unseen);
        for (Choice& choice : out) {
            choice.value -= space == ScoreSpace::log_probability ? shift : 0;
            choice.log_probability -= shift;
        }
    }
    keep_best(out, best);
    return out;
}

}  // namespace heed
