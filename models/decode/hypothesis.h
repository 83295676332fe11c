#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/decode/search.h"

namespace heed {

// What a search found, as it is read.
struct Hypothesis {
    std::string text;
    std::vector<int32_t> ids;  // without what every sequence begins with
    double score = 0, log_probability = 0;
    SequenceEnd end = SequenceEnd::length;
};

// What became of a text: what was written for it, best first, or why there is nothing.
struct Written {
    std::vector<Hypothesis> best;
    std::string problem;
};

Hypothesis read_sequence(const GeneratedSequence& sequence, const std::function<std::string(const std::vector<int32_t>&)>& decode);

// The rows that so many sentences are searched with.
int64_t rows_of(const GenerationOptions& options, size_t sentences);

}  // namespace heed
