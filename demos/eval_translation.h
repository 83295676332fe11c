#pragma once

#include <optional>
#include <string>

#include "demos/common.h"
#include "demos/generation_arguments.h"
#include "models/text/pairs.h"

namespace heed {

// How near a model's translations are to those of a file of pairs.
struct EvalTranslation {
    std::string model, data;  // no model: heed's own
    std::optional<Part> part;
    size_t batch = 32, most = 0;  // most sentences; 0: all
    bool json = false;
    Precision precision = Precision::automatic;
    GenerationArguments generation;
};

bool is_pairs(const std::string& path);  // FILE.tsv or FILE.tsv.gz

// Prints BLEU, and sentences a second; returns the command's status.
int evaluate_translation(const CommonOptions& common, const EvalTranslation& arguments);

}  // namespace heed
