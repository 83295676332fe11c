#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heed::unicode {

// What Unicode says of a code point, as utf8proc knows it.
bool is_letter(char32_t code);       // L*
bool is_mark(char32_t code);         // M*
bool is_accent(char32_t code);       // Mn
bool is_number(char32_t code);       // N*
bool is_digit(char32_t code);        // Nd
bool is_punctuation(char32_t code);  // P*
bool is_other(char32_t code);        // Cc, Cf, Co, Cs: not those that are unassigned, or tables of another age would eat characters
bool is_space(char32_t code);        // the property White_Space
bool is_word(char32_t code);         // what \w stands for
bool is_upper(char32_t code);        // Lu, Lt
bool is_lower(char32_t code);        // Ll

// By the two letters of a general category, "Lu", or by its first, "L"; false when there is no such category.
bool knows_category(const std::string& name);
bool in_category(char32_t code, const std::string& name);

// The full mapping of one code point, without regard to its neighbours (a final sigma is none).
void append_lower(char32_t code, std::u32string& out);
char32_t lower(char32_t code);  // the first of it

int combining_class(char32_t code);
void append_decomposed(char32_t code, bool compatible, std::u32string& out);
char32_t composed(char32_t first, char32_t second);  // 0 when the two do not compose

// Whether a grapheme ends between the two; the state goes from one pair to the next and begins as 0.
bool ends_grapheme(char32_t before, char32_t after, int32_t& state);

}  // namespace heed::unicode
