#pragma once

#include <filesystem>
#include <memory>

#include "models/text/tokenizer.h"

namespace heed::tokens {

// BERT's vocab.txt, a piece a line, with what tokenizer_config.json beside it says.
std::unique_ptr<Tokenizer> read_vocab_txt(const std::filesystem::path& path);

}  // namespace heed::tokens
