#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/text/subword_model.h"

namespace heed::tokens {

struct BytePairOptions {
    std::string unknown;      // empty: what is in no piece is left out
    std::string continuing;   // what a piece inside a word begins with
    std::string end_of_word;  // what the last piece of a word ends with
    bool fuse_unknown = false;
    bool byte_fallback = false;  // unknown characters become <0xE2> and its like
    bool whole_words = false;    // a word that is in the vocabulary stays whole, whatever the merges say
};

// Byte pair encoding: of all neighbours the pair that comes first in the list is merged, again and again.
// Throws bad_model for a merge whose parts or whole are not in the vocabulary.
std::unique_ptr<SubwordModel> byte_pair(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges,
                                        const BytePairOptions& options);

// The token of a byte: <0xE2>.
std::string byte_token(unsigned char byte);

}  // namespace heed::tokens
