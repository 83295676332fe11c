#pragma once

#include <span>

#include "models/scenes/scene.h"

namespace heed::scenes {

constexpr int kOutlineRadius = 1024;

struct Corner {
    int x = 0, y = 0;  // y downwards
};

// A figure's corners in order, within kOutlineRadius of 0,0 each way; a circle has none.
std::span<const Corner> outline(Figure figure);

}  // namespace heed::scenes
