#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/decode/step_model.h"
#include "models/transformer/transformer.h"

namespace heed {

struct SearchableOptions {
    DType stored = DType::f32;
    SessionOptions session;
};

// What was looked at in one source while one sequence was read, by block: [H,S,S], [H,T,T] and [H,T,S].
struct SequenceMaps {
    std::vector<std::vector<float>> encoder, self, cross;
};

// An encoder-decoder on a device, as a search wants it. Sources are encoded once; what rows have read stays on the device, where rows are
// reordered by number. Plans are made for few sizes and are recorded once each. One thread at a time; the config and the weights must
// outlive it.
class SearchableTransformer : public StepModel {
public:
    SearchableTransformer(Device& device, const TransformerConfig& config, WeightSource& weights, const SearchableOptions& options = {});
    SearchableTransformer(SearchableTransformer&&) noexcept;
    ~SearchableTransformer() override;

    // Begins anew with these sources, tokens as ids; rows: the most that a step will have. Throws bad_input for a source that is empty or
    // too long.
    void begin(std::span<const std::vector<int32_t>> sources, int64_t rows);

    int64_t vocabulary() const override;
    int64_t positions() const override;
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override;

    // Of one source and all that the decoder reads; what was not asked for stays empty. No part of a search, which it leaves alone.
    SequenceMaps maps(std::span<const int32_t> source, std::span<const int32_t> read, const TransformerMaps& wanted);

    double waited() const;          // seconds since begin() in which the host did nothing but wait for the device
    uint64_t device_bytes() const;  // weights and states

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
