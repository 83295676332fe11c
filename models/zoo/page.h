#pragma once

#include <functional>
#include <string>

#include "draw/surface.h"

namespace heed::zoo {

// A picture that is yet to be drawn, on pixels or into a file of lines.
struct Page {
    std::string title;
    double width = 0, height = 0;
    std::function<void(draw::Surface& surface)> draw;
};

}  // namespace heed::zoo
