#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/decode/step_model.h"
#include "models/seq2seq/config.h"

namespace heed {

struct SearchableSeq2SeqOptions {
    DType stored = DType::f32;
    SessionOptions session;
};

// A recurrent encoder-decoder on a device, as a search wants it. Sources are encoded once; the rows' states stay on the device, where a row
// goes on from another one's by number. One thread at a time; the config and the weights must outlive it.
class SearchableSeq2Seq : public StepModel {
public:
    SearchableSeq2Seq(Device& device, const Seq2SeqConfig& config, WeightSource& weights, const SearchableSeq2SeqOptions& options = {});
    SearchableSeq2Seq(SearchableSeq2Seq&&) noexcept;
    ~SearchableSeq2Seq() override;

    // Begins anew with these sources, tokens as ids; rows: the most that a step will have. Throws bad_input for a source that is empty or
    // too long.
    void begin(std::span<const std::vector<int32_t>> sources, int64_t rows);

    int64_t vocabulary() const override;
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
