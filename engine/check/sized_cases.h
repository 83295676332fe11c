#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reference/case.h"

namespace heed::check {

// The case that `--op OP --shape AxBxC` asks for. Weights are constants, as in a model. Throws bad_input with the axes the op
// wants when the shape has another number of them, or with the ops that can be sized when this one cannot.
reference::Case sized_case(const std::string& op, const std::vector<int64_t>& shape);

// Those of the op's table that are worth timing; throws bad_input when there is no such op.
std::vector<reference::Case> timed_cases(const std::string& op);

// "197x768x3072" -> {197, 768, 3072}
std::vector<int64_t> parse_shape(const std::string& text);

}  // namespace heed::check
