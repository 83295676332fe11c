#pragma once

#include "run/device.h"
#include "run/segments.h"

namespace heed {

// Measures how fast the device can multiply-add in f32 and copy memory: the roofs that `heed bench` holds kernels against.
// Takes about a second; the best of several tries, as a roof is what can be reached.
Rates measure_roofs(Device& device);

}  // namespace heed
