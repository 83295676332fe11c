#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "models/decode/search.h"

namespace heed::tests {

// Options as scripts/goldens/search.py writes them, over those that it leaves out.
GenerationOptions options_of(const nlohmann::json& written, const GenerationOptions& otherwise = {});

// Whether tokens and ends are those that Python found, [tokens, score, end] each, and the scores as near.
void check_found(const std::vector<GeneratedSequence>& found, const nlohmann::json& expected, double tolerance);

// What a folder of scripts/goldens/transformer.py says a search finds there.
struct SearchCase {
    GenerationOptions options;
    nlohmann::json found;  // by sentence
};
std::vector<SearchCase> read_search_cases(const std::filesystem::path& folder);

}  // namespace heed::tests
