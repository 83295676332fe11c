#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "models/text/subword_model.h"

namespace heed::tokens {

// What is done with a part of a text that no piece stands for.
struct UnknownPieces {
    std::optional<int32_t> id;
    bool byte_fallback = false;  // <0xE2> and its like, one a byte, if the vocabulary has them

    // The part that `word` has at begin to end. Throws bad_model when there is no id for it.
    void add(std::string_view word, uint32_t begin, uint32_t end, const Vocabulary& vocabulary, std::vector<Subword>& out) const;
};

}  // namespace heed::tokens
