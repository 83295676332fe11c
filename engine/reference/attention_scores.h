#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/attention_shape.h"
#include "reference/array.h"
#include "reference/case.h"

namespace heed::reference {

// The keys one query row sees, with their scores.
struct ScoredRow {
    std::vector<int64_t> keys;
    std::vector<double> scores;
    double top = 0, sum = 0;  // the largest score and the sum of exp(score - top); -infinity and 0 when nothing is seen
};
int64_t owner_of(std::span<const Array* const> inputs, int64_t batch, int64_t key);  // the row of k and v where batch finds key
ScoredRow score_row(const Node& node, const AttentionShape& shape, std::span<const Array* const> inputs, int64_t batch, int64_t head,
                    int64_t row);

// A case's mask and layout, shared by the tables of attention and attention_weights.
struct AttentionSetup {
    int64_t batch = 1, queries = 1, keys = 1;
    int heads = 1, kv_heads = 0;  // 0: as many
    int64_t head = 8;
    double scale = 0;
    bool causal = false;
    int64_t left = kUnlimited, right = kUnlimited;
    std::vector<double> key_lengths = {}, query_starts = {}, prefix_lengths = {};
    Shape bias = {};                  // no axes: none
    int64_t reach = -1;               // of a relative bias; below 0: none
    std::vector<double> owners = {};  // of keys, [B,S] or [B]
    int64_t kv_rows = 0;              // with owners: rows of k and v
    bool stats = false;
    bool packed = false;  // q, k and v are slices of one [B,T,3*H*D]
};
struct AttentionInputs {
    Tensor q, k, v;
    AttentionOptions options;
};
AttentionInputs attention_inputs_of(Graph& graph, DType dtype, const AttentionSetup& setup);
Case attention_case(const AttentionSetup& setup, std::string_view note, std::map<std::string, Fill> fills = {});  // without build

}  // namespace heed::reference
