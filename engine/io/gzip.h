#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace heed::io {

bool is_gzip(std::span<const std::byte> bytes);

// What was compressed. Throws bad_file, naming the file, for what is damaged, for several members one behind the other, and for more
// than `limit` bytes.
std::vector<std::byte> gunzip(std::span<const std::byte> bytes, const std::string& name, size_t limit);

// All of a file, unpacked where it is gzip's: at most `limit` bytes.
std::string read_text(const std::filesystem::path& path, size_t limit);

}  // namespace heed::io
