#pragma once

#include <string>

#include "demos/common.h"

namespace heed {

// How near a model's forecasts are to what came, on pairs of series in a file.
struct EvalSeries {
    std::string model, data;  // no model: heed's own
    size_t most = 0;          // pairs; 0: all
    bool json = false;
};

bool is_held_out_pairs(const std::string& path);  // FILE.safetensors

// Prints the errors beside those of the last value and of linear regression; returns the command's status.
int evaluate_series(const CommonOptions& common, const EvalSeries& arguments);

}  // namespace heed
