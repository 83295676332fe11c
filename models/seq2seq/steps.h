#pragma once

#include <string>

#include "models/decode/device_scores.h"
#include "models/seq2seq/seq2seq.h"

namespace heed {

// Sizes of the states that a search keeps on the device from plan to plan; their names carry them.
struct Seq2SeqMemory {
    int64_t sentences = 1, source_tokens = 1;  // what is looked at of the sources
    int64_t rows = 1;                          // the decoder's state of each row

    bool holds(const Seq2SeqMemory& other) const;
};

// Encodes sources into rows 0 to batch of the memory, and puts what their decoding begins with into as many rows. Input "source_ids" i32
// [B,S]; dynamic [B]: "source_lengths", "zeros".
struct Seq2SeqEncodePlan {
    int64_t batch = 1, tokens = 1;
    DType stored = DType::f32;
};
Graph build_encode(const Seq2SeqConfig& config, WeightSource& source, const Seq2SeqMemory& memory, const Seq2SeqEncodePlan& plan);

// Reads one token a row and tells what may come next. Inputs "tokens" i32 [R,1] and "sentences" i32 [R] (rows of the memory's sources);
// dynamic [R]: "parents", the row whose state each goes on from; "source_lengths"; "positions" of the tokens; "zeros". Outputs: what
// output_scores() says, and where wanted "attention" [R,1,S].
struct Seq2SeqStepPlan {
    int64_t rows = 1;
    ScorePlan scores;
    bool attention = false;
    DType stored = DType::f32;
};
Graph build_step(const Seq2SeqConfig& config, WeightSource& source, const Seq2SeqMemory& memory, const Seq2SeqStepPlan& plan);

}  // namespace heed
