#pragma once

#include "models/bert/text_model.h"

namespace heed {

struct WordGuess {
    int32_t id = 0;
    std::string word;  // as a reader would spell it
    double probability = 0;
};

// For each mask of the text ("[MASK]" or as the tokenizer spells it), the likeliest words. Throws bad_input for a text without one and
// bad_model for a model that guesses none.
std::vector<std::vector<WordGuess>> fill_masks(TextModel& model, std::string_view text, size_t count);

}  // namespace heed
