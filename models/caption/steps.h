#pragma once

#include "models/caption/config.h"
#include "models/decode/device_scores.h"
#include "models/weights.h"

namespace heed {

// Sizes of the states that a search keeps on the device: what was seen of each picture, and what each row has read.
struct CaptionMemory {
    int64_t pictures = 1, rows = 1;

    bool holds(const CaptionMemory& other) const { return pictures >= other.pictures && rows >= other.rows; }
};

// Looks at as many pictures as the memory is for: their places, the keys of these, and the states in which rows 0, 1 ... begin, one a
// picture. Input "pictures" [P,S,S,3], -1 to 1; dynamic "zeros" [P].
Graph build_look(const CaptionConfig& config, WeightSource& source, const CaptionMemory& memory, DType stored = DType::f32);

// Reads one word a row, having looked once more. Inputs "words" i32 [R,1], "pictures" i32 [R] and, where hard looks are drawn, "noise"
// [R,1,L], a factor of every place's share before the largest is taken; dynamic [R]: "parents", "zeros". Outputs the scores of the next
// word, and "shares" [R,1,L] of the places in what was looked at: for hard attention all of it one place.
struct WordPlan {
    int64_t rows = 1;
    ScorePlan scores{};
    bool drawn = false;
    DType stored = DType::f32;
};
Graph build_word(const CaptionConfig& config, WeightSource& source, const CaptionMemory& memory, const WordPlan& plan);

}  // namespace heed
