#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace heed {

struct TokenRange {
    size_t begin = 0, end = 0;
    bool operator==(const TokenRange&) const = default;
};

// Ranges of `room` tokens, the last one of fewer, each sharing `overlap` with the one before; together they are all tokens.
std::vector<TokenRange> overlapping_windows(size_t tokens, size_t room, size_t overlap);

struct AnswerSpan {
    size_t first = 0, last = 0;  // tokens, both in it
    double probability = 0;
};

// Of all spans of at most `longest` tokens the `count` likeliest, where a span is as likely as its start times its end; of equals the
// earlier, then the shorter.
std::vector<AnswerSpan> likeliest_spans(std::span<const double> starts, std::span<const double> ends, size_t count, size_t longest);

}  // namespace heed
