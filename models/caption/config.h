#pragma once

#include <cstdint>
#include <vector>

#include "models/json_config.h"
#include "models/vit/positions.h"

namespace heed {

// Show, Attend and Tell: a stack of convolutions sees places of a picture, and an LSTM looks at them before each word.
struct CaptionConfig {
    int64_t image_size = 64;        // pixels, either way
    std::vector<int64_t> channels;  // of the convolutions: the first steps by two, before all but the first two there is a 2x2 max pool
    int64_t embedding = 1, hidden = 1, attention = 1;
    int64_t words = 1;
    bool hard = false;  // one place a word, not a mixture of all

    Grid grid() const;  // of the places
    int64_t places() const { return grid().cells(); }
};

// Throws bad_model for a config that says something else, or sizes that do not go together.
CaptionConfig read_caption_config(const Config& config);

}  // namespace heed
