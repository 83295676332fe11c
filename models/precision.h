#pragma once

#include "heed.h"

namespace heed {

// How tensors are stored on the device; sums are f32 either way. Automatic: f16 on a GPU that can, f32 on a software device, where
// converting costs more than it saves.
enum class Precision { automatic, f32, f16 };

DType storage(Precision precision, const Caps& caps);

// The same for models that write token after token: every step reads all weights for a few rows, so that halves are faster on a software
// device too.
DType decoding_storage(Precision precision, const Caps& caps);

}  // namespace heed
