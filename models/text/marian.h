#pragma once

#include <filesystem>
#include <memory>

#include "models/text/tokenizer.h"

namespace heed::tokens {

// Marian's: source.spm cuts texts up, vocab.json numbers the pieces, target.spm beside it puts them together again. A text may begin with
// the code of the language to translate into, >>fra<<.
std::unique_ptr<Tokenizer> read_marian(const std::filesystem::path& source);

}  // namespace heed::tokens
