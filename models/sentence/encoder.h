#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/nn/encoder.h"

namespace heed {

// A small transformer encoder over the words of a sentence that nobody trained: it shows how attention works, not what a model
// knows. A word is the sum of its letter groups, each with a random vector, so that words spelt alike look alike. The heads are
// wired by hand to do one thing each (wired_weights), what else there is in a layer is random.
struct SentenceEncoderShape {
    int layers = 3;
    int64_t letter_groups = 2048;  // what a group is hashed to
    uint64_t seed = 1;
};

// alike: words spelt alike. before, after: the word n places away, in layer n. recall: the word that followed words like this one,
// which a layer can only know when the layer below it has brought each word the one before it; so the first layer's sees nothing.
enum SentenceHead { kAlike, kBefore, kAfter, kRecall, kSentenceHeads };
constexpr const char* kSentenceHeadNames[kSentenceHeads] = {"alike", "before", "after", "recall"};

// Channels: a head's worth each for the word, for its position, for the word before it, and for whatever else the layers write.
enum SentencePart { kWordPart, kPositionPart, kBroughtPart, kFreePart, kSentenceParts };
constexpr int64_t kSentenceHeadSize = 64;
constexpr int64_t kSentenceChannels = kSentenceParts * kSentenceHeadSize;

// Split at spaces; throws bad_input when there is no word or more than the limit.
constexpr size_t kMostWords = 64;
std::vector<std::string> split_words(std::string_view sentence);

// What the graph reads: for each word how often each hashed letter group is in it, scaled to length 1. [1,T,letter_groups]
std::vector<float> letter_group_counts(const std::vector<std::string>& words, const SentenceEncoderShape& shape);

// Random weights with the heads wired as above.
std::unique_ptr<WeightSource> wired_weights(uint64_t seed);

// Input "letter_groups" as above. Outputs "encoded" [1,T,C]; "layer.0" ... [1,H,T,T], the exact weights of the encoder's heads;
// and "bare" [1,1,T,T], those of self-attention over the words with no weights at all: softmax(V V' / sqrt(d)).
Graph build_sentence_encoder(const SentenceEncoderShape& shape, int64_t words, WeightSource& source);

}  // namespace heed
