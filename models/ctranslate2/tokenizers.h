#pragma once

#include <filesystem>
#include <memory>

#include "models/ctranslate2/settings.h"
#include "models/text/tokenizer.h"
#include "models/text/vocabulary.h"

namespace heed::ctranslate2 {

// A vocabulary file, a token a line in .txt, a list in .json, for a model with so many embeddings. The unknown token is the last one
// where the file leaves it out. Throws bad_model where the numbers disagree.
tokens::Vocabulary read_vocabulary(const std::filesystem::path& path, int64_t rows, const std::string& unknown);

// What reads a model's source and writes its target: shared_vocabulary, or source_vocabulary and target_vocabulary, with source.spm and
// target.spm, a sentencepiece.model or one other .model or .spm beside them. Where there is none, tokens have spaces between them.
struct Tokenizers {
    std::unique_ptr<Tokenizer> source, own_target;  // null: the source's serves both

    const Tokenizer& target() const { return own_target ? *own_target : *source; }
};

// Of a folder with vocabularies; `pieces` is where a SentencePiece model may lie, the folder itself or another.
Tokenizers read_tokenizers(const std::filesystem::path& folder, const std::filesystem::path& pieces, const Settings& settings,
                           int64_t source_rows, int64_t target_rows);

}  // namespace heed::ctranslate2
