#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/text/tokenizer.h"

namespace heed {

// What each of some tokens adds to the text that they are together, and the word it is a part of: words are counted from 0. Signs are
// words of their own, and so is each token of a script that has no spaces between words.
struct TokenTexts {
    std::vector<std::string> texts;
    std::vector<int32_t> words;
};
TokenTexts token_texts(const Tokenizer& tokenizer, std::span<const int32_t> ids);

}  // namespace heed
