#pragma once

#include "heed.h"

namespace heed {

// How tensors are stored on the device; sums are f32 either way. Automatic: f16 on a GPU that can, f32 on a software device, where
// converting costs more than it saves.
enum class Precision { automatic, f32, f16 };

DType storage(Precision precision, const Caps& caps);

}  // namespace heed
