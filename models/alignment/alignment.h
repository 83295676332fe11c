#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heed {

// What a model looked at in its source while it wrote each token.
struct Alignment {
    std::vector<std::string> source, target;          // S and T tokens, as they are read
    std::vector<int32_t> source_words, target_words;  // the word that each is a part of, counted up from 0; none: each is a word
    int64_t heads = 0;
    std::vector<std::vector<float>> layers;  // each [heads,T,S]; rows add up to 1
};

// The same with words for tokens: what goes to a word is what goes to its parts together, and a word looks as its parts do on average.
// Throws bad_input where the numbers of tokens, words and weights disagree.
Alignment by_words(const Alignment& alignment);

// Which weights to take; without a layer or a head the mean over all of them.
struct AlignmentChoice {
    std::optional<size_t> layer, head;  // from 0
};
std::vector<float> mean_weights(const Alignment& alignment, const AlignmentChoice& choice = {});  // [T,S]

}  // namespace heed
