#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/text/aligned_text.h"

namespace heed::tokens {

// GPT-2's alphabet: every byte has a printable character, its own where that is one and one from U+0100 on where it is not.
char32_t level_of(unsigned char byte);

// Every code point as the characters of its bytes.
void spell_bytes(AlignedText& text);

// The bytes that a token of this alphabet stands for; nothing when it has other characters.
std::optional<std::string> bytes_of_level(std::string_view token);

}  // namespace heed::tokens
