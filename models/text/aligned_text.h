#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heed::tokens {

// A code point and the bytes of the original text that it stands for.
struct AlignedChar {
    char32_t code = 0;
    uint32_t begin = 0, end = 0;
};

// Text on its way through a tokenizer: what it has become, and where each part of it came from.
struct AlignedText {
    std::vector<AlignedChar> chars;
    uint32_t origin = 0;  // where it begins in the original

    bool empty() const { return chars.empty(); }
};

// Throws bad_input, with the position, where the bytes are no UTF-8.
AlignedText align(std::string_view utf8);
std::string to_utf8(const AlignedText& text);
std::u32string codes_of(const AlignedText& text);
AlignedText slice(const AlignedText& text, size_t begin, size_t end);

// One code point of a rewritten text. `change` 0: it takes the place of one; above 0: it is new and stands for what the one before it
// stands for; -N: it takes the place of one and of N more that follow.
struct Rewritten {
    char32_t code = 0;
    int change = 0;
};
void rewrite(AlignedText& text, std::span<const Rewritten> becomes);

void keep_if(AlignedText& text, const std::function<bool(char32_t)>& keep);
void replace_each(AlignedText& text, const std::function<char32_t(char32_t)>& map);
void prepend(AlignedText& text, std::u32string_view codes);  // nothing to an empty text
void lower_case(AlignedText& text);

}  // namespace heed::tokens
