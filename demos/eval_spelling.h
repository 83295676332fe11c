#pragma once

#include <optional>
#include <string>

#include "demos/common.h"
#include "demos/generation_arguments.h"
#include "models/text/pairs.h"

namespace heed {

// How often a model that reads letters and writes others is right.
struct EvalSpelling {
    std::string model, data;  // data: texts and what they become, FILE.tsv; or words and how they are said, FILE.dict
    std::optional<Part> part;
    size_t batch = 64, most = 0;  // most texts; 0: all
    bool json = false;
    Precision precision = Precision::automatic;
    GenerationArguments generation;
};

// Prints how many are exactly right, and the rate of wrong letters or phonemes against the nearest reference; the command's status.
int evaluate_spelling(const CommonOptions& common, const EvalSpelling& arguments);

}  // namespace heed
