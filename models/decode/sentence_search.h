#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/decode/search.h"
#include "models/decode/token_rules.h"

namespace heed {

// What one row of a sentence may go on with, as one step found it.
struct RowOutcome {
    std::vector<Choice> choices;
    std::span<const float> attention;  // [S], empty unless asked for
};

// A row that the next step reads.
struct OpenRow {
    std::span<const int32_t> tokens;  // all of it, with what it began with
    size_t parent = 0;                // among the rows of the step before
};

// One sentence on its way through the steps of a search: it opens rows, takes what the model said of them, and in the end has
// sequences. It begins with a single row, what every sequence begins with.
class SentenceSearch {
public:
    virtual ~SentenceSearch() = default;

    virtual std::vector<OpenRow> rows() const = 0;  // none: done
    virtual void take(std::span<const RowOutcome> outcomes) = 0;
    virtual bool report(size_t sentence, const OnProgress& on_progress) = 0;
    virtual std::vector<GeneratedSequence> results() const = 0;  // before the end: what there is, as cancelled
};

std::unique_ptr<SentenceSearch> beam_search(const GenerationOptions& options, const GenerationLengths& lengths);

// Greedy search, or as many samples as num_return_sequences.
std::unique_ptr<SentenceSearch> single_search(const GenerationOptions& options, const GenerationLengths& lengths, uint64_t number);

}  // namespace heed
