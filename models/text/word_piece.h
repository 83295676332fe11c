#pragma once

#include <memory>
#include <string>

#include "models/text/subword_model.h"

namespace heed::tokens {

struct WordPieceOptions {
    std::string unknown = "[UNK]";
    std::string continuing = "##";  // what a piece inside a word begins with
    size_t most_characters = 100;   // a longer word is unknown
};

// The longest piece from the left, again and again; a word with a part that is in no piece is unknown as a whole.
// Throws bad_model when the vocabulary lacks the unknown token.
std::unique_ptr<SubwordModel> word_piece(Vocabulary vocabulary, const WordPieceOptions& options);

// Whole words only.
std::unique_ptr<SubwordModel> word_level(Vocabulary vocabulary, const std::string& unknown);

}  // namespace heed::tokens
