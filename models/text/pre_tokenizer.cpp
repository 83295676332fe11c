#include "models/text/pre_tokenizer.h"

#include <memory>
#include "models/text/byte_level.h"

#include "models/text/pattern.h"
#include "unicode/characters.h"

namespace heed::tokens {

bool is_punctuation_or_ascii_symbol(char32_t code) {
    const bool ascii =
        (code >= '!' && code <= '/') || (code >= ':' && code <= '@') || (code >= '[' && code <= '`') || (code >= '{' && code <= '~');
    return ascii || unicode::is_punctuation(code);
}

void bert_words(Words& words) {
    split_at(words, unicode::is_space, Delimiters::removed);
    split_at(words, is_punctuation_or_ascii_symbol, Delimiters::isolated);
}

void mark_spaces(Words& words, const Metaspace& how) {
    for (AlignedText& word : words) {
        replace_each(word, [&](char32_t code) { return code == U' ' ? how.replacement : code; });
        const bool wanted = how.prepend == PrependScheme::always || (how.prepend == PrependScheme::first && word.origin == 0);
        if (wanted && !word.empty() && word.chars.front().code != how.replacement) {
            prepend(word, {&how.replacement, 1});
        }
    }
    if (how.split) {
        split_at(
            words, [&](char32_t code) { return code == how.replacement; }, Delimiters::with_next);
    }
}

PreTokenizer byte_level_words(const ByteLevel& how) {
    const auto pattern = std::make_shared<const Pattern>(R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)");
    return [how, pattern](Words& words) {
        for (AlignedText& word : words) {
            if (how.prefix_space && !word.empty() && word.chars.front().code != U' ') {
                prepend(word, U" ");
            }
        }
        if (how.use_regex) {
            split_words(
                words, [&](const AlignedText& word) { return pattern->runs(codes_of(word)); }, Delimiters::isolated);
        }
        for (AlignedText& word : words) {
            spell_bytes(word);
        }
    };
}

}  // namespace heed::tokens
