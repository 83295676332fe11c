#pragma once

#include <span>

#include "profile/samples.h"
#include "run/device.h"

namespace heed {

// Compiles the kernels of these plans once more, and keeps what the driver shows of them besides its numbers: assembly or other forms.
// Apart from measuring, as drivers take their time over it. Nothing changes where the driver shows none.
void add_forms(Device& device, std::span<profile::PlanSamples> plans);

}  // namespace heed
