#pragma once

#include <filesystem>
#include <memory>

#include "models/text/tokenizer.h"

namespace heed::tokens {

// vocab.json and merges.txt: the byte-level BPE of GPT-2 and, where <s> and </s> are in the vocabulary, of RoBERTa and BART.
std::unique_ptr<Tokenizer> read_merges_txt(const std::filesystem::path& merges);

}  // namespace heed::tokens
