#include "models/likeliest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heed {

std::vector<Likely> likeliest(std::span<const float> logits, size_t count, size_t among) {
    std::vector<size_t> order(std::min(logits.size(), among));
    std::iota(order.begin(), order.end(), size_t{0});
    count = std::min(count, order.size());
    if (count == 0) {
        return {};
    }
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count),
                              [&](size_t a, size_t b) { return logits[a] != logits[b] ? logits[a] > logits[b] : a < b; });
    const double most = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits) {
        sum += std::exp(static_cast<double>(logit) - most);
    }
    std::vector<Likely> out;
    for (size_t i = 0; i < count; ++i) {
        out.push_back({.index = order[i], .probability = std::exp(static_cast<double>(logits[order[i]]) - most) / sum});
    }
    return out;
}

}  // namespace heed
