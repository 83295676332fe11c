#pragma once

#include "models/decode/device_scores.h"
#include "models/transformer/transformer.h"

namespace heed {

// Sizes of the states that a search keeps on the device from plan to plan; their names carry them.
struct SearchMemory {
    int64_t sentences = 1, source_tokens = 1;  // keys and values of the encoded sources, by block
    int64_t rows = 1, tokens = 1;              // keys and values of what the rows have read, by block, and their lineage

    bool holds(const SearchMemory& other) const;
    int64_t numbers() const;  // of a block, by channel
};

// Encodes sources into rows 0 to batch of the memory. Inputs "source_ids" i32 [B,S]; dynamic "source_lengths" and "zeros" [B].
struct EncodePlan {
    int64_t batch = 1, tokens = 1;
    DType stored = DType::f32;
};
Graph build_encode(const TransformerConfig& config, WeightSource& source, const SearchMemory& memory, const EncodePlan& plan);

// Reads one token a row, takes it into the memory, and tells what may come next. Inputs "tokens" i32 [R,1] and "sentences" i32 [R,1] (rows
// of the memory's sources). Dynamic [R]: "starts", the position, below 0 for a row that is not in use; "seen", one more; "parents", the
// row of the step before, or -1; "source_lengths". Outputs: what output_scores() says, and where wanted "attention" [R,1,S], of the last
// block, the mean over its heads.
struct StepPlan {
    int64_t rows = 1;
    ScorePlan scores;
    bool attention = false;
    DType stored = DType::f32;
};
Graph build_step(const TransformerConfig& config, WeightSource& source, const SearchMemory& memory, const StepPlan& plan);

// Copies what rows have read into states for more tokens. Dynamic "zeros" [rows].
Graph build_growth(const TransformerConfig& config, const SearchMemory& from, const SearchMemory& to, DType stored);

// What the names of all states begin with that growth leaves behind.
std::string token_states(const SearchMemory& memory);

}  // namespace heed
