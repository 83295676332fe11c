#include "models/caption/caption_score.h"

#include <algorithm>

namespace heed {

void CaptionScore::count(const Caption& caption, const std::string& right, std::span<const scenes::Box> boxes, const Grid& grid, int width,
                         int height) {
    ++captions_;
    if (caption.text() != right) {
        return;
    }
    ++right_;
    const std::vector<int> things = scenes::things_told(caption.words);
    for (size_t i = 0; i < things.size(); ++i) {
        if (things[i] < 0 || static_cast<size_t>(things[i]) >= boxes.size()) {
            continue;
        }
        const std::vector<float>& shares = caption.shares.at(i);
        const int64_t place = std::ranges::max_element(shares) - shares.begin();
        const double x = (static_cast<double>(place % grid.columns) + 0.5) * width / static_cast<double>(grid.columns);
        const double y = (static_cast<double>(place / grid.columns) + 0.5) * height / static_cast<double>(grid.rows);
        ++named_;
        pointed_ += boxes[static_cast<size_t>(things[i])].holds(x, y);
    }
}

}  // namespace heed
