#pragma once

#include <optional>

#include "models/text/aligned_text.h"

namespace heed::tokens {

struct BertCleaning {
    bool clean_text = true;          // control characters go, every white space is a space
    bool chinese = true;             // spaces around CJK ideographs, so that each is a word
    std::optional<bool> no_accents;  // left open: where it makes lower case
    bool lower_case = true;
};

// What BERT does with a text before it looks for words.
void clean(AlignedText& text, const BertCleaning& how);

}  // namespace heed::tokens
