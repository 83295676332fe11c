#pragma once

#include <optional>
#include <string>

#include "demos/common.h"

namespace heed {

struct EvalCaptions {
    std::string model, data;  // no model: heed's own
    size_t batch = 32, most = 0;
    std::optional<int64_t> beams;
    bool json = false;
    Precision precision = Precision::automatic;
};

bool is_captions(const std::string& data);  // scenes:PART, or a folder with captions.tsv

// Prints how many captions are right to the word, and how often the model looked at what it named; returns the command's status.
int evaluate_captions(const CommonOptions& common, const EvalCaptions& arguments);

}  // namespace heed
