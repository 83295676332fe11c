#pragma once

#include "models/bert/config.h"

namespace heed {

struct BertOptions {
    int64_t batch = 1, tokens = 1;
    DType stored = DType::f32;
    bool hidden = false;     // also the output "hidden" [B,T,C]
    bool attention = false;  // also "attention.0" ...: exact weights by block, [B,H,T,T]
};

// Inputs "ids" and, where the family has segments, "types", i32 [B,T]; dynamic "lengths" [B]: how many tokens of each row count.
// Output "logits": [B,T,words] for masked words, [B,labels], [B,T,labels], or [B,T,2] with the starts and ends of answers.
Graph build_bert(const BertConfig& config, WeightSource& source, const BertOptions& options);

}  // namespace heed
