#pragma once

#include "models/bert/text_model.h"

namespace heed {

struct WordGuess {
    int32_t id = 0;
    std::string word;  // as a reader would spell it
    double probability = 0;
};

// What became of one mask.
struct FilledMask {
    size_t token = 0;
    std::vector<WordGuess> guesses;  // the likeliest first
};

// A text with masks as a model read it.
struct MaskedText {
    Encoding tokens;
    TextAnswer answer;  // with attention where the model was opened so
    std::vector<FilledMask> masks;
};

// For each mask of the text ("[MASK]" or as the tokenizer spells it), the likeliest words. Throws bad_input for a text without one and
// bad_model for a model that guesses none.
MaskedText read_masked(TextModel& model, std::string_view text, size_t count);
std::vector<std::vector<WordGuess>> fill_masks(TextModel& model, std::string_view text, size_t count);

}  // namespace heed
