#pragma once

#include "models/bert/text_model.h"

namespace heed {

struct TextLabel {
    std::string label;
    double score = 0;  // a probability, but of a model that was trained to give a number: that
};

// What a model that classifies texts says of one, the likeliest first. Throws bad_model for a model for something else.
std::vector<TextLabel> text_labels(const TextModel& model, const TextAnswer& answer, size_t count);

struct LabelledWord {
    std::string word;  // as it stands in the text
    TextSpan bytes;
    std::string label;
    double probability = 0;
};

// What a model that classifies tokens says of each word: what it says of the word's first token. Throws bad_model for a model for something
// else.
std::vector<LabelledWord> word_labels(const TextModel& model, std::string_view text, const Encoding& tokens, const TextAnswer& answer);

}  // namespace heed
