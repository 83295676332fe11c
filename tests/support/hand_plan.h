#pragma once

#include <random>
#include <string>
#include <vector>

#include "support/passes.h"

namespace heed::tests {

// A kernel that was never compiled: reads some buffers, updates some, writes some, in this order of bindings. Lives for ever.
const Kernel& made_up_kernel(size_t reads, size_t updates, size_t writes, uint32_t push_bytes = 0);

// What one dispatch of a plan written by hand touches.
struct Touch {
    std::vector<ValueId> reads, updates, writes;
    int in_place = -1;
};

// A lowered plan written by hand: tensors of so many floats, and dispatches that touch them whole.
struct HandPlan {
    Plan plan;

    ValueId scratch(int64_t floats);
    ValueId input(const std::string& name, int64_t floats);
    ValueId state(const std::string& name, int64_t floats);
    ValueId weight(const std::string& name, int64_t floats);
    Dispatch& step(const Touch& touch);
    void output(const std::string& name, ValueId id);

private:
    ValueId add(const std::string& name, int64_t floats, ValueKind kind);
};

// A plan of `steps` dispatches, each reading one to three earlier tensors (mostly recent ones) and writing a new one; some take
// over an input's memory, some update a state; what nobody reads is an output.
HandPlan random_plan(std::mt19937& random, size_t steps);

// The dispatches of a stack of pre-norm transformer encoder layers: [rows,channels] activations, the usual sizes between.
HandPlan transformer_plan(int layers, int64_t rows, int64_t channels);

}  // namespace heed::tests
