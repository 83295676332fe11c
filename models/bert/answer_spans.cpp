#include "models/bert/answer_spans.h"

#include <algorithm>
#include <tuple>

#include "heed.h"

namespace heed {

std::vector<TokenRange> overlapping_windows(size_t tokens, size_t room, size_t overlap) {
    if (overlap >= room) {
        fail(ErrorKind::bad_input, "windows: expected them to share fewer than the ", room, " tokens they have, got ", overlap);
    }
    std::vector<TokenRange> out;
    for (size_t begin = 0; out.empty() || out.back().end < tokens; begin += room - overlap) {
        out.push_back({begin, std::min(begin + room, tokens)});
    }
    return out;
}

std::vector<AnswerSpan> likeliest_spans(std::span<const double> starts, std::span<const double> ends, size_t count, size_t longest) {
    std::vector<AnswerSpan> spans;
    for (size_t first = 0; first < starts.size(); ++first) {
        for (size_t last = first; last < std::min(ends.size(), first + longest); ++last) {
            spans.push_back({first, last, starts[first] * ends[last]});
        }
    }
    count = std::min(count, spans.size());
    std::ranges::partial_sort(spans, spans.begin() + static_cast<std::ptrdiff_t>(count), [](const AnswerSpan& a, const AnswerSpan& b) {
        return std::tuple(-a.probability, a.first, a.last) < std::tuple(-b.probability, b.first, b.last);
    });
    spans.resize(count);
    return spans;
}

}  // namespace heed
