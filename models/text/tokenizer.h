#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

// A part of a text, in bytes.
struct TextSpan {
    uint32_t begin = 0, end = 0;
    bool operator==(const TextSpan&) const = default;
};

// A text as a model reads it. All of the same length.
struct Encoding {
    static constexpr int8_t kNoText = -1;
    static constexpr int32_t kNoWord = -1;

    std::vector<int32_t> ids;
    std::vector<int32_t> type_ids;    // the segment each token is in, for models that embed it
    std::vector<std::string> tokens;  // as the vocabulary spells them
    std::vector<TextSpan> offsets;    // the bytes of its own text that each stands for; 0 to 0 for what no text has
    std::vector<int8_t> texts;        // the text it is of: 0, 1 for the second of a pair, or kNoText
    std::vector<int32_t> words;       // the word of its text it is a part of, as the tokenizer cut the text up first, or kNoWord

    size_t size() const { return ids.size(); }
    Encoding without(size_t begin, size_t end) const;                      // those tokens
    bool is_added(size_t token) const { return texts[token] == kNoText; }  // put there by the template: [CLS], </s>
};

// Tokens with a meaning of their own, where the tokenizer has them.
struct SpecialTokens {
    std::optional<int32_t> pad, unknown, begin, end, mask;  // begin: BERT's [CLS], <s>; end: [SEP], </s>
};

// Turns texts into the ids a model was trained on, and back. Holds no state: one may serve many threads.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    // With the special tokens that the model expects around a text, or without any. Throws bad_input, with the position, for what is
    // no UTF-8; repair_utf8() makes it valid beforehand.
    Encoding encode(std::string_view text, bool special = true) const { return encode_texts({&text, 1}, special); }
    Encoding encode_pair(std::string_view first, std::string_view second, bool special = true) const;

    // Throws bad_input for an id that no token has.
    virtual std::string decode(std::span<const int32_t> ids, bool skip_special = true) const = 0;

    virtual size_t vocabulary_size() const = 0;  // one more than the greatest id
    virtual std::optional<int32_t> id_of(std::string_view token) const = 0;
    virtual std::string token_of(int32_t id) const = 0;  // throws bad_input for an id that no token has
    virtual const SpecialTokens& special() const = 0;
    virtual std::string description() const = 0;  // the files it was read from and what it is

private:
    virtual Encoding encode_texts(std::span<const std::string_view> texts, bool special) const = 0;  // one or two
};

// Takes the first of these that the folder has: tokenizer.json; source.spm, target.spm and vocab.json (Marian); vocab.json and merges.txt
// (GPT-2, RoBERTa, BART); vocab.txt (BERT); one SentencePiece model. Of a CTranslate2 folder or an Argos package it is what reads the
// source. A path to any of these files itself is taken too.
// Throws bad_file when there is none, bad_model for a file that contradicts itself, unsupported for parts that heed does not know.
std::unique_ptr<Tokenizer> open_tokenizer(const std::filesystem::path& path);

}  // namespace heed
