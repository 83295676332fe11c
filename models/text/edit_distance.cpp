#include "models/text/edit_distance.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace heed {

size_t edit_distance(std::span<const std::string> said, std::span<const std::string> wanted) {
    std::vector<size_t> row(wanted.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < said.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < wanted.size(); ++j) {
            const size_t replaced = diagonal + (said[i] != wanted[j] ? 1 : 0);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace heed
