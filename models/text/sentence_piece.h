#pragma once

#include <filesystem>
#include <memory>

#include "models/text/pipeline.h"

namespace heed::tokens {

// A SentencePiece model by itself, or with the special tokens that the tokenizer_class of a tokenizer_config.json beside it puts around a
// text: T5Tokenizer, LlamaTokenizer. Ids are those of the model; classes with ids of their own are refused.
std::unique_ptr<Tokenizer> read_sentence_piece(const std::filesystem::path& path);

// The stages that any tokenizer with such a model has: cleaning, cutting up, decoding.
Stages sentence_piece_stages(const std::filesystem::path& path);

}  // namespace heed::tokens
