#pragma once

#include "models/text/split.h"

namespace heed::tokens {

// At white space, which goes, and around every punctuation mark: BERT's words.
void bert_words(Words& words);

bool is_punctuation_or_ascii_symbol(char32_t code);

// Where the mark for a space goes: before every part of a text, before the first alone, or before none.
enum class PrependScheme { always, first, never };

struct Metaspace {
    char32_t replacement = U'\u2581';
    PrependScheme prepend = PrependScheme::always;
    bool split = true;
};

// Spaces become a visible mark, which begins a word.
void mark_spaces(Words& words, const Metaspace& how);

struct ByteLevel {
    bool prefix_space = true;
    bool use_regex = true;  // GPT-2's words: contractions, letters, numbers and signs, each with the space before it
};
PreTokenizer byte_level_words(const ByteLevel& how);

}  // namespace heed::tokens
