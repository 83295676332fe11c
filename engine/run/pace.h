#pragma once

#include "profile/roofs.h"
#include "run/device.h"
#include "run/timed_kernel.h"
#include "vk/buffer.h"

namespace heed {

// A fixed small piece of device work, some milliseconds of multiply-adds: how long it takes beside a measurement says how fast the
// machine was then, whatever else it was doing, and at which clock. One thread at a time; must go before the Device does.
class Pace {
public:
    Pace(Device& device, const profile::Roofs& roofs);

    double seconds();  // that it took now

private:
    vk::Buffer results_;
    TimedKernel work_;
};

}  // namespace heed
