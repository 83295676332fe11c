#pragma once

#include "models/text/added_tokens.h"
#include "models/text/sentence_piece_model.h"
#include "models/text/token_decoder.h"

namespace heed::tokens {

// What SentencePiece does with a text before it cuts it up: its table of characters, spaces made one, marked, and one put before.
// What a user has defined as a symbol stays as it is.
Normalizer sentence_piece_normalizer(const SentencePieceModel& model);

// And back: the mark at the beginning goes, the others are spaces.
TokenDecoder sentence_piece_decoder(const SentencePieceModel& model);

}  // namespace heed::tokens
