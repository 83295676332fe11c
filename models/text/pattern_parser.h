#pragma once

#include <string_view>
#include <vector>

#include "models/text/pattern.h"

namespace heed::tokens {

struct ParsedPattern {
    std::vector<Pattern::Node> nodes;  // the first accepts
    std::vector<CharSet> sets;
    uint32_t first = 0;
};

// Throws unsupported for what Pattern does not know.
ParsedPattern parse_pattern(std::string_view regex);

}  // namespace heed::tokens
