#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace heed {

// Where heed keeps what it can make again: $HEED_CACHE, else $XDG_CACHE_HOME/heed, else ~/.cache/heed; empty when none is set.
std::filesystem::path cache_directory();

// The whole file, or nothing when it cannot be read.
std::vector<std::byte> read_cache_file(const std::filesystem::path& path);

// Writes beside the file and renames, so that a reader sees the old bytes or the new ones, never half; makes the directory.
// False when it could not: a cache that cannot be written is no error.
bool write_cache_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace heed
