#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "heed.h"
#include "models/decode/step_model.h"

namespace heed {

// Which of a step's logits come back from the device: the best and those asked for, or, where a search wants more, all of them.
struct ScorePlan {
    int64_t best = 0, asked = 0;  // a row, of few different numbers, so that many steps share a plan
    bool logits = false;
};
ScorePlan plan_scores(const StepRequest& request, size_t rows, int64_t vocabulary);

// Ends a step's graph with what is wanted of its logits [R,V]: "log_sum" [R]; "best" [R,k] and "best_tokens" i32; with `asked` the input
// "asked" i32 [R,A] (row * V + token) and "asked_logits" [R,A]; or "logits" [R,V].
void output_scores(Graph& graph, Tensor logits, const ScorePlan& plan);

// The plan has `planned` rows, the request fewer or as many.
void write_asked(Session& session, const StepRequest& request, const ScorePlan& plan, int64_t planned, int64_t vocabulary);

// What the request wants to know of the first `rows` rows. Throws bad_model where the model's numbers are none.
StepScores read_scores(const Session& session, const StepRequest& request, const ScorePlan& plan, size_t rows, int64_t vocabulary);

// What each row looked at, from the output "attention" [R,1,S]: of its sentence's own tokens, of S that there is room for.
std::vector<std::vector<float>> read_looks(const Session& session, std::span<const StepRow> rows, std::span<const int32_t> source_lengths,
                                           int64_t source_tokens);

// The number of rows, sentences ... that a plan is made for: few plans serve all.
int64_t power_of_two(int64_t n);

}  // namespace heed
