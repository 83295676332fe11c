#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <vector>

#include "io/safetensors.h"

namespace heed {

// Who looked at what in one layer.
struct LayerWeights {
    std::array<int64_t, 3> shape{};  // [H,T,S]
    std::span<const float> values;
};

// "attention.0", "attention.1" ... as a .safetensors file. Where the name ends in .json: an object of those, each a list of heads, of
// rows, of weights with as many digits as tell them apart (no number is null), and of the metadata. Throws bad_input where values and
// shape disagree, bad_file where nothing can be written.
void write_attention(const std::filesystem::path& path, std::span<const LayerWeights> layers, const io::Metadata& metadata = {});

}  // namespace heed
