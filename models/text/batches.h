#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace heed {

// Texts that are run together: alike in length, so that little is filled up, and by 1, 2, 4, 8 ... so that few plans serve all. A batch has
// `most` texts at most, and `most_tokens` tokens with what fills it up, or one text. As indices into `lengths`, the longest first.
std::vector<std::vector<size_t>> batches_by_length(std::span<const size_t> lengths, size_t most, size_t most_tokens = 16384);

}  // namespace heed
