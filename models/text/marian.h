#pragma once

#include <filesystem>
#include <memory>

#include "models/text/tokenizer.h"
#include "models/text/vocabulary.h"

namespace heed::tokens {

// Marian's: source.spm cuts texts up, vocab.json numbers the pieces, target.spm beside it puts them together again. A text may begin with
// the code of the language to translate into, >>fra<<.
std::unique_ptr<Tokenizer> read_marian(const std::filesystem::path& source);

// The same with a vocabulary from elsewhere, which sentences call `numbers`.
std::unique_ptr<Tokenizer> marian_tokenizer(const std::filesystem::path& source, Vocabulary vocabulary, const std::string& numbers);

}  // namespace heed::tokens
