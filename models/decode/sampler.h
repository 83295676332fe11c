#pragma once

#include <cstdint>
#include <span>

#include "models/decode/generation_options.h"
#include "models/decode/token_rules.h"

namespace heed {

// Which number of the random sequence: none depends on another, so that a sentence gets the same tokens whatever is beside it.
struct DrawPlace {
    uint64_t sentence = 0, sequence = 0, position = 0;
};

// The token drawn after temperature, top_k and top_p, in that order. Choices as TokenRules sorts them, at least one. The same on every
// platform: probabilities are whole numbers, made with additions, multiplications and fused ones alone.
const Choice& draw_token(std::span<const Choice> choices, const GenerationOptions& options, const DrawPlace& place);

}  // namespace heed
