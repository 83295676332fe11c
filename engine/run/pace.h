#pragma once

#include "profile/roofs.h"
#include "run/device.h"
#include "run/timed_kernel.h"
#include "vk/buffer.h"

namespace heed {

constexpr double kPaceFlops = 1e9;

// A fixed small piece of device work, some milliseconds of multiply-adds: how long it takes beside a measurement says how fast the
// machine was then, whatever else it was doing, and at which clock. One thread at a time; must go before the Device does.
class Pace {
public:
    Pace(Device& device, const profile::Roofs& roofs);

    double seconds();  // that kPaceFlops of them would take now: profiles can be compared whose pieces were of other sizes

private:
    vk::Buffer results_;
    TimedKernel work_;
    double scale_ = 1;
};

}  // namespace heed
