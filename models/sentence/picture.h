#pragma once

#include <string>
#include <vector>

#include "io/image.h"

namespace heed {

// What the sentence encoder looked at, as its outputs hold it.
struct SentenceAttention {
    std::vector<std::string> words;
    std::vector<float> bare;                 // [T,T]
    std::vector<std::vector<float>> layers;  // each [H,T,T]
};

// One page: the words' bare self-attention, large and with the words on both axes, and beside it every head of every layer.
io::Image draw_sentence_attention(const SentenceAttention& attention);

}  // namespace heed
