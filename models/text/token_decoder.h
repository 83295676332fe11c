#pragma once

#include <functional>
#include <string>
#include <vector>

namespace heed::tokens {

// Turns tokens into the text they were made of, step by step: what it leaves, put together, is the text.
using TokenDecoder = std::function<void(std::vector<std::string>& tokens)>;

TokenDecoder word_piece_decoder(std::string continuing, bool tidy);
TokenDecoder byte_level_decoder();
TokenDecoder metaspace_decoder(char32_t replacement, bool drops_first);
TokenDecoder suffix_decoder(std::string suffix);  // what ends a word becomes a space
TokenDecoder byte_fallback_decoder();             // <0xE2> and its like become the text that their bytes are
TokenDecoder fuse_decoder();                      // all tokens become one
TokenDecoder strip_decoder(char32_t content, size_t start, size_t stop);
TokenDecoder in_turn(std::vector<TokenDecoder> steps);

// English as it is printed: no space before punctuation and contractions.
std::string tidied(std::string text, bool do_not);

void replace_all(std::string& text, std::string_view what, std::string_view by);

}  // namespace heed::tokens
