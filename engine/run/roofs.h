#pragma once

#include "profile/roofs.h"
#include "run/device.h"

namespace heed {

// Measures what the device can do at best: the roofs that `heed bench` and `heed profile` hold kernels against. Takes a second or
// two; the best of several tries, as a roof is what can be reached.
profile::Roofs measure_roofs(Device& device);

// Those in the notes on this device; measured and noted when there are none, or when asked for afresh. A cache that cannot be written
// is no error: they are measured again the next time.
profile::Roofs roofs_of(Device& device, bool afresh = false);

}  // namespace heed
