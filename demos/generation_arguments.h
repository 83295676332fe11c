#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/decode/generation_options.h"

namespace heed {

// How a person wants sequences to be searched for; what is not said is the model's own choice.
struct GenerationArguments {
    std::optional<int64_t> beams, best, most_tokens, fewest_tokens, no_repeat, top_k;
    std::optional<double> length_penalty, coverage_penalty, repetition_penalty, patience, temperature, top_p;
    std::optional<uint64_t> seed;
    bool sample = false;

    void add_to(CLI::App& command);
    GenerationOptions over(GenerationOptions model) const;
};

}  // namespace heed
