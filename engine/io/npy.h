#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace heed::io {

// NumPy's file of one array: version 1.0, little endian f32, rows one behind the other. In one step, as write_file() does. Throws
// bad_input where values and shape disagree, bad_file where nothing can be written.
void write_npy(const std::filesystem::path& path, std::span<const int64_t> shape, std::span<const float> values);

}  // namespace heed::io
