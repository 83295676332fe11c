#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace heed {

// Code points; every byte that belongs to no valid sequence becomes one U+FFFD.
std::u32string decode_utf8(std::string_view utf8);

std::string encode_utf8(std::u32string_view codes);
void append_utf8(char32_t code, std::string& out);

// The code point at the front of what is not empty and how many bytes it takes; U+FFFD and 1 where there is no valid sequence.
std::pair<char32_t, size_t> first_code(std::string_view utf8);

// Throws bad_input: "<name>: expected UTF-8, got the byte 0xff at 3".
void require_utf8(std::string_view utf8, std::string_view name);

// The same text where it is valid. What is not becomes U+FFFD: one for each longest beginning of a sequence that is not gone on with,
// as decoders of the web do.
std::string repair_utf8(std::string_view bytes);

}  // namespace heed
