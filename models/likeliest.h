#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace heed {

struct Likely {
    size_t index = 0;
    double probability = 0;  // softmax over all logits
};

// The likeliest of the first `among` logits, the first of equals first; fewer where there are not so many.
std::vector<Likely> likeliest(std::span<const float> logits, size_t count, size_t among = static_cast<size_t>(-1));

}  // namespace heed
