#pragma once

#include "io/image.h"
#include "models/scenes/scene.h"

namespace heed::scenes {

// The scene as RGB, kSide x kSide; edges are soft, and every pixel is whole-number arithmetic: the same on every machine.
io::Image render(const Scene& scene);

}  // namespace heed::scenes
