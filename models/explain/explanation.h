#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/image.h"
#include "models/vision/preprocess.h"
#include "models/vit/positions.h"

namespace heed {

// A picture whose patches are tokens.
struct ExplainedPicture {
    io::Image image;  // RGB
    Region seen;      // what the patches cover, in its pixels
    Grid grid;        // patches: rows first, behind a side's named tokens
};

// Tokens that look or are looked at.
struct ExplainedSide {
    std::string name;                 // "The text", as a heading
    std::vector<std::string> tokens;  // as they are read; of a picture those before its patches: "class token"
    std::vector<int32_t> words;       // the word that each is a part of, counted up from 0; none: each is a word
    std::optional<ExplainedPicture> picture;

    size_t count() const { return tokens.size() + (picture ? static_cast<size_t>(picture->grid.cells()) : 0); }
};

// What one kind of attention looked at: who, and what. The two may be the same side.
struct ExplainedMaps {
    std::string name;                        // "cross-attention"
    std::string about;                       // a sentence or two for who has never seen such a thing
    size_t from = 0, to = 0;                 // sides
    size_t heads = 1;                        // of a layer
    std::vector<std::vector<float>> layers;  // each [heads,T,S]: T tokens of `from` look at S of `to`; weights of 0 to 1
    size_t first = 0;                        // the token of `from` that is shown before a reader chooses one
};

struct ExplainedGuess {
    std::string name;
    double probability = 0;
};

struct ExplainedAnswer {
    std::string name;  // of what it answers, as a heading
    std::vector<ExplainedGuess> guesses;
};

// All that one page shows.
struct Explanation {
    std::string title;  // "Where each word came from"
    std::string line;   // under it: whose work this is
    std::vector<ExplainedSide> sides;
    std::vector<ExplainedMaps> maps;
    std::vector<ExplainedAnswer> answers;
};

}  // namespace heed
