#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

// A sentence and all that it may become in another language.
struct Translated {
    std::string source;
    std::vector<std::string> references;
};

// FNV-1a, 64 bits, of a text's ASCII letters, small, and digits: what data is split by, so that no text stands in two parts, whatever its
// case, spaces and marks.
uint64_t split_hash(std::string_view text);

// The rest of that by 60 is 0 for a test, 1 for development.
enum class Part { train, development, test };
Part part_of(std::string_view source);

// Lines of a sentence, a tab and what it becomes; what follows a second tab is left out. The file may be gzip's. Sentences come in the
// order in which they first stand there, each once with all its references. Throws bad_file, or bad_input for what is no UTF-8, naming the
// line.
std::vector<Translated> read_pairs(const std::filesystem::path& path, std::optional<Part> part = std::nullopt);

}  // namespace heed
