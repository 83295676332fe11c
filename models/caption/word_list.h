#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace heed {

// The words a captioner writes, by number: symbols.json's target.symbols. Throws bad_model where they are not `count` different words.
std::vector<std::string> read_word_list(const std::filesystem::path& path, int64_t count);

}  // namespace heed
