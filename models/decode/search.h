#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/decode/generation_options.h"
#include "models/decode/step_model.h"

namespace heed {

enum class SequenceEnd {
    token,    // one of eos_token_ids, which is its last token
    length,   // as long as it may be
    nothing,  // no token was left that may follow
    cancelled,
};

// What was found, without what every sequence begins with.
struct GeneratedSequence {
    std::vector<int32_t> tokens;
    double log_probability = 0;  // the sum over its tokens
    double score = 0;            // that, divided by length^length_penalty; with the coverage penalty
    SequenceEnd end = SequenceEnd::length;
};

// How far a sequence has come.
struct SearchProgress {
    size_t sentence = 0;
    size_t sequence = 0;              // which sample
    std::span<const int32_t> tokens;  // all that are certain by now: with beams, what all that can still win begin with
    bool ended = false;               // nothing more will come
};

// Called after every step for every sequence that had not ended before it; false cancels the search.
using OnProgress = std::function<bool(const SearchProgress&)>;

struct SearchBatch {
    size_t sentences = 1;
    std::vector<uint64_t> numbers;  // for sampling: each sentence's number in the whole input; unsaid: 0, 1, 2 ...
};

// For every sentence its sequences: the num_return_sequences best, best first, or that many samples. Fewer when fewer can exist. The
// same options, scores and numbers give the same sequences, whatever else is in the batch.
std::vector<std::vector<GeneratedSequence>> search(StepModel& model, const SearchBatch& batch, const GenerationOptions& options,
                                                   const OnProgress& on_progress = {});

}  // namespace heed
