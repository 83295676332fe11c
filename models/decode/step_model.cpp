#include "models/decode/step_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "heed.h"

namespace heed {
namespace {

double log_of_sum(std::span<const float> logits) {
    const double top = *std::max_element(logits.begin(), logits.end());
    if (!std::isfinite(top)) {
        return top;
    }
    const double sum = std::accumulate(logits.begin(), logits.end(), 0.0, [&](double s, float logit) { return s + std::exp(logit - top); });
    return top + std::log(sum);
}

// At most as many as there is room for in `best`, which are -1 so far.
void pick_best(std::span<const float> logits, std::span<const int32_t> asked, std::span<ScoredToken> best) {
    std::vector<int32_t> tokens(logits.size());
    std::iota(tokens.begin(), tokens.end(), 0);
    std::erase_if(tokens, [&](int32_t token) { return std::binary_search(asked.begin(), asked.end(), token); });
    const auto logit = [&](int32_t token) { return logits[static_cast<size_t>(token)]; };
    const size_t count = std::min(best.size(), tokens.size());
    std::partial_sort(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(count), tokens.end(),
                      [&](int32_t a, int32_t b) { return logit(a) != logit(b) ? logit(a) > logit(b) : a < b; });
    std::transform(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(count), best.begin(), [&](int32_t token) {
        return ScoredToken{token, logit(token)};
    });
}

}  // namespace

std::span<const int32_t> StepRequest::asked_of(size_t row) const {
    if (asked_ends.empty()) {
        return {};
    }
    const size_t begin = row == 0 ? 0 : asked_ends.at(row - 1);
    return std::span(asked).subspan(begin, asked_ends.at(row) - begin);
}

StepScores pick_scores(std::span<const float> logits, int64_t vocabulary, const StepRequest& request) {
    StepScores out;
    if (request.best == 0) {
        return out;
    }
    const size_t width = static_cast<size_t>(vocabulary), best = static_cast<size_t>(request.best);
    const size_t rows = logits.size() / width;
    out.best.resize(rows * best);
    for (size_t row = 0; row < rows; ++row) {
        const std::span<const float> own = logits.subspan(row * width, width);
        if (std::any_of(own.begin(), own.end(), [](float logit) { return std::isnan(logit); })) {
            fail(ErrorKind::bad_model, "search: expected numbers from the model, got NaN in row ", row);
        }
        pick_best(own, request.asked_of(row), std::span(out.best).subspan(row * best, best));
        for (const int32_t token : request.asked_of(row)) {
            out.asked.push_back(own[static_cast<size_t>(token)]);
        }
        out.log_sum.push_back(log_of_sum(own));
    }
    return out;
}

}  // namespace heed
