#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace heed::io {

// Puts the bytes there in one step: whoever looks sees the old file or the new one, never half. What is no regular file
// (a pipe, /dev/stdout) is written to as it is. Throws bad_file saying what stands in the way; then nothing has changed.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

// All of a file, or of what a pipe brings. Throws bad_file saying what stands in the way, or that it is longer than the limit.
std::vector<std::byte> read_file(const std::filesystem::path& path, size_t limit);

}  // namespace heed::io
