#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/decode/step_model.h"

namespace heed::tests {

// The toy models of scripts/goldens/search.py: logits from a hash of the sequence, exact in both languages.
struct Toy {
    uint64_t seed = 1;
    int64_t vocabulary = 7;
    size_t memory = 0;  // tokens that count, 0: all
    uint64_t steps = 48;
    double unit = 0.125;
    uint64_t holes = 0;  // every such token is impossible
    int64_t positions = 64;
};

std::vector<float> toy_logits(const Toy& toy, int32_t sentence, std::span<const int32_t> tokens);  // [V]

class ToyModel : public StepModel {
public:
    explicit ToyModel(const Toy& toy) : toy_(toy) {}

    int64_t vocabulary() const override { return toy_.vocabulary; }
    int64_t positions() const override { return toy_.positions; }
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override;

    int steps = 0;

private:
    Toy toy_;
    std::vector<std::vector<int32_t>> read_;
};

}  // namespace heed::tests
