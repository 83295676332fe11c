#include "models/bert/fill_mask.h"

#include "models/likeliest.h"

namespace heed {
namespace {

// Of the tokenizer's words: a model may have more rows than those.
std::vector<WordGuess> likeliest_words(std::span<const float> logits, const Tokenizer& tokenizer, size_t count) {
    std::vector<WordGuess> guesses;
    for (const Likely& likely : likeliest(logits, count, tokenizer.vocabulary_size())) {
        const auto id = static_cast<int32_t>(likely.index);
        guesses.push_back({.id = id, .word = tokenizer.decode(std::span(&id, 1), false), .probability = likely.probability});
    }
    return guesses;
}

}  // namespace

MaskedText read_masked(TextModel& model, std::string_view text, size_t count) {
    const Tokenizer& tokenizer = model.tokenizer();
    if (model.config().task != BertTask::masked_words || !tokenizer.special().mask) {
        fail(ErrorKind::bad_model, tokenizer.description(), ": expected a model that guesses masked words, got one without ",
             tokenizer.special().mask ? "such a head" : "a mask");
    }
    MaskedText out{.tokens = tokenizer.encode(text), .answer = {}, .masks = {}};
    out.answer = model.run(std::span(&out.tokens, 1))[0];
    const size_t words = out.answer.logits.size() / out.answer.tokens;
    for (size_t t = 0; t < out.tokens.size(); ++t) {
        if (out.tokens.ids[t] == *tokenizer.special().mask) {
            out.masks.push_back({t, likeliest_words(std::span(out.answer.logits).subspan(t * words, words), tokenizer, count)});
        }
    }
    if (out.masks.empty()) {
        fail(ErrorKind::bad_input, "fill-mask: expected a text with ", tokenizer.token_of(*tokenizer.special().mask), ", got '", text, "'");
    }
    return out;
}

std::vector<std::vector<WordGuess>> fill_masks(TextModel& model, std::string_view text, size_t count) {
    std::vector<std::vector<WordGuess>> out;
    for (FilledMask& mask : read_masked(model, text, count).masks) {
        out.push_back(std::move(mask.guesses));
    }
    return out;
}

}  // namespace heed
