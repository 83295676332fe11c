#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/text/subword_model.h"

namespace heed::tokens {

struct ScoredPiece {
    std::string token;
    double score = 0;     // the logarithm of how likely it is
    bool in_text = true;  // not a control or byte token, which no text is cut into
    bool normal = true;   // counts for what an unknown character costs
    bool always = false;  // a user's own symbol, taken wherever it stands
};

struct UnigramOptions {
    std::optional<int32_t> unknown;
    bool byte_fallback = false;
    bool single_precision = false;  // sums as SentencePiece keeps them
};

// The likeliest way to cut a word up, by the sum of the scores; a character that is no piece costs 10 more than the worst piece, and
// neighbours that are unknown are one. Throws bad_model when there is no piece, or when a text needs the unknown one and there is none.
std::unique_ptr<SubwordModel> unigram(const std::vector<ScoredPiece>& pieces, const UnigramOptions& options);

}  // namespace heed::tokens
