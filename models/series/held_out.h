#pragma once

#include <filesystem>
#include <vector>

#include "models/series/pair.h"

namespace heed {

// A pair of which all is known, as scripts/train/held_out_pairs.py simulates it.
struct HeldOutPair {
    SeriesPair pair;              // up to the rows that are to be told
    std::vector<double> truth;    // which were these
    int64_t lag = 0, spread = 1;  // how many rows late the target follows, and over how many it does so
    bool related = true;          // or it goes its own way
};

// Throws bad_file where tensors are missing or their shapes and numbers disagree.
std::vector<HeldOutPair> read_held_out_pairs(const std::filesystem::path& path, size_t horizon = 16);

}  // namespace heed
