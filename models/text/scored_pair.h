#pragma once

#include <memory>
#include <vector>

#include "models/text/unigram.h"
#include "models/text/unknown_pieces.h"

namespace heed::tokens {

// SentencePiece's byte pair encoding: of all neighbours that make a piece together, those of the highest score are merged, the leftmost
// first. A user's own symbols stay as they are.
std::unique_ptr<SubwordModel> scored_pair(const std::vector<ScoredPiece>& pieces, const UnknownPieces& unknown);

}  // namespace heed::tokens
