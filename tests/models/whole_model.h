#pragma once

#include <string>
#include <vector>

#include "models/decode/step_model.h"
#include "models/transformer/transformer.h"
#include "run/session.h"

namespace heed::tests {

// An encoder-decoder without caches: every step reads the whole source and all tokens so far again.
class WholeModel : public StepModel {
public:
    struct Sizes {
        size_t rows = 1;    // at most, of one step
        size_t tokens = 1;  // at most, read by a row
    };
    // source_ids [sentences,S]; of each row the first source_lengths[sentence] count.
    WholeModel(Device& device, const TransformerConfig& config, WeightSource& weights, std::vector<int32_t> source_ids,
               std::vector<int32_t> source_lengths, const Sizes& sizes);

    int64_t vocabulary() const override { return vocabulary_; }
    int64_t positions() const override { return static_cast<int64_t>(sizes_.tokens); }
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override;

private:
    void read_attention(std::span<const StepRow> rows, StepScores& scores) const;

    std::vector<int32_t> source_ids_, source_lengths_;
    Sizes sizes_;
    int64_t vocabulary_;
    std::string last_map_;
    Session session_;
    std::vector<std::vector<int32_t>> read_;  // by row of the step before
};

}  // namespace heed::tests
