#pragma once

#include <optional>
#include <span>
#include <vector>

#include "draw/surface.h"

namespace heed::draw {

// Words beside a round dot.
struct Label {
    Point dot;
    double radius = 0;
    double width = 0, height = 0;  // of the words
};

struct LabelPlace {
    Box box;
    std::optional<Point> leader;  // where a line from the dot ends, when the words are not next to it
};

// A place within `inside` for each label, the first ones first, so that neither they nor their leaders cover one another or what is
// taken already; nothing for those that find none.
std::vector<std::optional<LabelPlace>> place_labels(std::span<const Label> labels, const std::vector<Box>& taken, Box inside);

}  // namespace heed::draw
