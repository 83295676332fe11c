#pragma once

#include <optional>
#include <string>

#include "demos/common.h"
#include "models/text/pairs.h"

namespace heed {

// How often a recurrent text classifier is right on lines of LABEL, a tab and a text.
struct EvalText {
    std::string model, data;
    std::optional<Part> part;  // test: the fixed fifth that training leaves out; train: the others
    size_t batch = 64, most = 0;
    bool json = false;
    Precision precision = Precision::automatic;
};

// Prints accuracy and, of each label, precision, recall and F1; the command's status.
int evaluate_text(const CommonOptions& common, const EvalText& arguments);

}  // namespace heed
