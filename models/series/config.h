#pragma once

#include "models/json_config.h"
#include "models/nn/decoder.h"

namespace heed {

// A transformer that reads one series and continues another, as scripts/train/series_model.py writes its folder.
struct SeriesConfig {
    nn::EncoderShape encoder;
    nn::DecoderShape decoder;
    int64_t steps_back = 32;  // a row brings its level and so many steps along
    int64_t reach = 32;       // of the tables of distances
    int64_t rows = 128;       // that the model looks at, at most
    int64_t least_known = 24;
    double limit = 10;  // levels and steps further out count as that

    int64_t channels() const { return encoder.norm.channels; }
    int64_t features() const { return 1 + steps_back; }
};

bool is_series(const Config& file);

// Throws bad_model, naming the key.
SeriesConfig read_series_config(const Config& file);

}  // namespace heed
