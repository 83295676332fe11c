#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/nn/encoder.h"

namespace heed {

// A small transformer encoder over the words of a sentence that nobody trained: what it shows is how attention works, not what a
// model knows. A word is the sum of its letter groups, each with a random vector, so that words spelt alike look alike. Of each
// layer's four heads three are wired by hand (see wired_weights) and one is random.
struct SentenceEncoderShape {
    int layers = 3;
    int64_t letter_groups = 2048;  // what a group is hashed to
    uint64_t seed = 1;
};

constexpr int kSentenceHeads = 4;
constexpr const char* kSentenceHeadNames[kSentenceHeads] = {"alike", "before", "after", "random"};

// Channels: a head's worth for the word, one for its position, two that only the layers write to.
constexpr int64_t kSentenceHeadSize = 64;
constexpr int64_t kSentenceChannels = kSentenceHeads * kSentenceHeadSize;

// Split at spaces; throws bad_input when there is no word or more than the limit.
constexpr size_t kMostWords = 64;
std::vector<std::string> split_words(std::string_view sentence);

// What the graph reads: for each word how often each hashed letter group is in it, scaled to length 1. [1,T,letter_groups]
std::vector<float> letter_group_counts(const std::vector<std::string>& words, const SentenceEncoderShape& shape);

// Random weights but for the queries and keys of three heads a layer, which look at words spelt alike, at the word before and at
// the word after.
std::unique_ptr<WeightSource> wired_weights(uint64_t seed);

// Input "letter_groups" as above. Outputs "encoded" [1,T,C]; "layer.0" ... [1,H,T,T], the exact weights of the encoder's heads;
// and "bare" [1,1,T,T], those of self-attention over the words with no weights at all: softmax(V V' / sqrt(d)).
Graph build_sentence_encoder(const SentenceEncoderShape& shape, int64_t words, WeightSource& source);

}  // namespace heed
