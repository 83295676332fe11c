#pragma once

#include "models/caption/config.h"
#include "models/weights.h"

namespace heed {

// Sizes of the states that a search keeps on the device: what was seen of each picture, and what each of its rows has read.
struct CaptionMemory {
    int64_t pictures = 1, rows = 1;  // rows of each picture; row r of picture p is number p * rows + r

    friend bool operator==(const CaptionMemory&, const CaptionMemory&) = default;
};

// Looks at pictures: their places, the keys of these, and the state in which the first row of each begins. Input "pictures" [P,S,S,3],
// -1 to 1; dynamic "zeros" [P].
Graph build_look(const CaptionConfig& config, WeightSource& source, const CaptionMemory& memory, DType stored = DType::f32);

// Reads one word a row, having looked once more. Inputs "words" i32 [P,R], "parents" i32 [P*R] (the number of the row that each goes on
// from) and, where hard looks are drawn, "noise" [P,R,L], added to the scores of the places; dynamic "zeros" [P]. Outputs "logits" [P*R,V]
// of the next word, and "shares" [P,R,L] of the places in what was looked at: for hard attention all of it one place.
struct WordPlan {
    CaptionMemory memory{};
    bool drawn = false;
    DType stored = DType::f32;
};
Graph build_word(const CaptionConfig& config, WeightSource& source, const WordPlan& plan);

}  // namespace heed
