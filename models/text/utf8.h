#pragma once

#include <string>
#include <string_view>

namespace heed {

// Code points; every byte that belongs to no valid sequence becomes one U+FFFD.
std::u32string decode_utf8(std::string_view utf8);

std::string encode_utf8(std::u32string_view codes);

}  // namespace heed
