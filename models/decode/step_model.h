#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heed {

// A sequence that goes on: `token` is appended to what row `parent` of the step before had read, and rows are reordered, repeated and
// dropped by saying which parent each has. In the first step, one row a sentence, there is no parent: -1.
struct StepRow {
    int32_t token = 0;
    int32_t parent = -1;
    int32_t sentence = 0;
};

// What a search wants to know of every row: a few numbers, so that a device can pick them and nothing else has to come back.
struct StepRequest {
    int64_t best = 0;                // how many of the highest logits, among tokens that are not asked for; 0: no scores at all
    std::vector<int32_t> asked;      // tokens whose logits are wanted whatever they are, ascending within a row
    std::vector<size_t> asked_ends;  // row r asks for those from asked_ends[r - 1], the first from 0, to asked_ends[r]; empty: none does
    bool attention = false;

    std::span<const int32_t> asked_of(size_t row) const;
};

struct ScoredToken {
    int32_t token = -1;  // -1 where a row has fewer
    float logit = -std::numeric_limits<float>::infinity();
};

struct StepScores {
    std::vector<ScoredToken> best;              // [rows,best], each row's from the highest, ties by lower token
    std::vector<float> asked;                   // as asked
    std::vector<double> log_sum;                // [rows], log of the sum of exp(logit) over the whole vocabulary
    std::vector<std::vector<float>> attention;  // where wanted: [rows][S], who looked where when this step's token was read
};

// A model that reads one token a row and says what may come next; the search knows nothing else of it. Sentences are numbered from
// 0 in the order in which the model was given them.
class StepModel {
public:
    virtual ~StepModel() = default;

    virtual int64_t vocabulary() const = 0;
    virtual int64_t positions() const { return std::numeric_limits<int32_t>::max(); }  // how many tokens a row may read

    virtual StepScores step(std::span<const StepRow> rows, const StepRequest& request) = 0;
};

// The answer of a model that has all its logits at hand, [rows,V].
StepScores pick_scores(std::span<const float> logits, int64_t vocabulary, const StepRequest& request);

}  // namespace heed
