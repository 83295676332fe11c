#pragma once

#include <functional>
#include <vector>

#include "models/text/aligned_text.h"

namespace heed::tokens {

using Words = std::vector<AlignedText>;

// Cuts words up further.
using PreTokenizer = std::function<void(Words&)>;

// What becomes of the delimiters that a text is split at.
enum class Delimiters { removed, isolated, with_previous, with_next, contiguous };

// A part of a text, in code points, and whether it is a delimiter.
struct Run {
    size_t begin = 0, end = 0;
    bool delimiter = false;
};

// Splits every word at what `runs_of` finds; the runs cover the word. Empty parts are left out.
void split_words(Words& words, const std::function<std::vector<Run>(const AlignedText&)>& runs_of, Delimiters what);

// Splits at every code point that is one.
void split_at(Words& words, const std::function<bool(char32_t)>& is_delimiter, Delimiters what);

}  // namespace heed::tokens
