#include "models/bert/fill_mask.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heed {
namespace {

std::vector<WordGuess> likeliest(std::span<const float> logits, const Tokenizer& tokenizer, size_t count) {
    std::vector<int32_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    const auto known = std::min(order.size(), tokenizer.vocabulary_size());  // a model may have more rows than words
    order.resize(known);
    count = std::min(count, known);
    const auto logit = [&](int32_t id) { return logits[static_cast<size_t>(id)]; };
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count),
                              [&](int32_t a, int32_t b) { return logit(a) != logit(b) ? logit(a) > logit(b) : a < b; });
    const double most = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float value : logits) {
        sum += std::exp(static_cast<double>(value) - most);
    }
    std::vector<WordGuess> guesses;
    for (size_t i = 0; i < count; ++i) {
        const int32_t id = order[i];
        guesses.push_back({.id = id,
                           .word = tokenizer.decode(std::span(&id, 1), false),
                           .probability = std::exp(static_cast<double>(logit(id)) - most) / sum});
    }
    return guesses;
}

}  // namespace

std::vector<std::vector<WordGuess>> fill_masks(TextModel& model, std::string_view text, size_t count) {
    const Tokenizer& tokenizer = model.tokenizer();
    if (model.config().task != BertTask::masked_words || !tokenizer.special().mask) {
        fail(ErrorKind::bad_model, tokenizer.description(), ": expected a model that guesses masked words, got one without ",
             tokenizer.special().mask ? "such a head" : "a mask");
    }
    const Encoding encoding = tokenizer.encode(text);
    const TextAnswer answer = model.run(std::span(&encoding, 1))[0];
    const size_t words = answer.logits.size() / answer.tokens;
    std::vector<std::vector<WordGuess>> out;
    for (size_t t = 0; t < encoding.size(); ++t) {
        if (encoding.ids[t] == *tokenizer.special().mask) {
            out.push_back(likeliest(std::span(answer.logits).subspan(t * words, words), tokenizer, count));
        }
    }
    if (out.empty()) {
        fail(ErrorKind::bad_input, "fill-mask: expected a text with ", tokenizer.token_of(*tokenizer.special().mask), ", got '", text, "'");
    }
    return out;
}

}  // namespace heed
