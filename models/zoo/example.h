#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/nn/scores/score.h"

namespace heed::zoo {

// One sentence in two languages, word for word but for three pairs that change places: what a mechanism does with it shows what it is.
struct ExampleWord {
    std::string english;
    size_t place = 0;  // of what it becomes in the other sentence
    enum Kind { adverb, article, colour, animal, verb, size, kinds } kind = adverb;
};
const std::vector<ExampleWord>& example_words();
std::vector<std::string> example_source(), example_target();
size_t example_match(size_t step);  // the place of the word that a step writes
double example_place(size_t step);  // where local-p believes it to be: a little behind

// What a decoder's states and an encoder's are made of here: the word (of the decoder's: the one that it is about to write), the kind
// of word, a one, and of the decoder's states alone the step and where in the source it believes to be.
constexpr int64_t kWord = 0, kKind = 10, kOne = 16, kStep = 17, kPlace = 27, kExampleChannels = 28;
constexpr int64_t kExampleWords = 10;

// Whether both sides number their words alike, as a bare dot product needs it. Otherwise the decoder has a numbering of its own, and
// the score's matrices have to translate.
enum class Numbering { shared, own };
std::vector<float> example_queries(Numbering numbering);  // [T,28]
std::vector<float> example_states();                      // [S,28]

constexpr int64_t kExampleSize = 10, kExampleWindow = 2;  // of the scores

// A score's weights, wired by hand so that it does what it can do.
std::unique_ptr<WeightSource> example_weights(nn::ScoreKind kind);

}  // namespace heed::zoo
