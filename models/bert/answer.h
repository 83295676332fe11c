#pragma once

#include "models/bert/text_model.h"

namespace heed {

struct AnswerOptions {
    size_t count = 1;          // answers wanted
    size_t longest = 15;       // tokens that an answer may have
    size_t window = 384;       // tokens read at once, with the question; fewer where the model has fewer positions
    size_t overlap = 128;      // tokens of the text that two windows share; at most half of what a window has room for
    bool may_be_none = false;  // no answer at all may be the best, as models are asked that learned to say so
};

struct FoundAnswer {
    std::string text;  // as it stands in the context, whole words; empty: there is none
    TextSpan bytes;    // of the context
    double probability = 0;
};

// The likeliest answers that stand in the context, best first; fewer where there are not so many. Throws bad_input for a question or a
// context without a token, or a question that leaves no room for the context, and bad_model for a model that answers none.
// docs/reading.md has the rules.
std::vector<FoundAnswer> find_answers(TextModel& model, std::string_view question, std::string_view context,
                                      const AnswerOptions& options = {});

}  // namespace heed
