#pragma once

#include "models/series/config.h"

namespace heed {

// How large the plans of a forecast are: rows that source and target have room for, and paths that go on from what is known.
struct SeriesSizes {
    int64_t rows = 1, paths = 1;
};

// All of the source, and the target as far as it is known, at once. Inputs "source" and "target" [1,rows,F] (features.h); "owners" i32
// [1,rows], zeros; dynamics "length" [1]: rows of the source that count, and "zeros" [1]. Output "next" [1,rows,2]: mean and logarithm of
// the spread of the step after each row; with `attention` also, by block, the exact weights "cross.0" [1,H,rows,rows] ... What later steps
// need stays in states.
struct SeriesPrompt {
    SeriesSizes sizes;
    bool attention = false;
};
Graph build_series_prompt(const SeriesConfig& config, WeightSource& source, const SeriesPrompt& plan);

// One row more on every path. Inputs "target" [paths,1,F], "owners" i32 [paths,rows] (which path holds each row: those known are the first
// one's) and "sources" i32 [paths,1] (zeros); dynamics "starts", "seen" = starts + 1 and "length", all [paths]. Output "next" [paths,1,2].
Graph build_series_step(const SeriesConfig& config, WeightSource& source, const SeriesSizes& sizes);

}  // namespace heed
