#include "models/text/batches.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "heed.h"

namespace heed {

std::vector<std::vector<size_t>> batches_by_length(std::span<const size_t> lengths, size_t most, size_t most_tokens) {
    std::vector<size_t> order(lengths.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::stable_sort(order, std::greater(), [&](size_t i) { return lengths[i]; });
    std::vector<std::vector<size_t>> out;
    for (size_t at = 0; at < order.size();) {
        const int64_t tokens = bucket(static_cast<int64_t>(std::max<size_t>(1, lengths[order[at]])));
        // those that would be more than half full
        const size_t room = std::clamp<size_t>(most_tokens / static_cast<size_t>(tokens), 1, std::max<size_t>(1, most));
        const size_t alike =
            static_cast<size_t>(std::ranges::count_if(order.begin() + static_cast<std::ptrdiff_t>(at), order.end(),
                                                      [&](size_t i) { return 2 * lengths[i] > static_cast<size_t>(tokens); }));
        const size_t count = std::bit_floor(std::min(room, std::max<size_t>(1, alike)));
        const auto begin = order.begin() + static_cast<std::ptrdiff_t>(at);
        out.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
        at += count;
    }
    return out;
}

}  // namespace heed
