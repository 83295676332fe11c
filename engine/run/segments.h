#pragma once

#include <cstddef>
#include <vector>

#include "base/caps.h"
#include "plan/plan.h"
#include "profile/roofs.h"

namespace heed {

// How fast a device is known or guessed to be; only ever used to keep submits short.
struct Rates {
    double flops = 0;  // a second
    double bytes_per_second = 0;
};

// On the slow side for each type of device, so that the first run meets no watchdog either.
Rates guessed_rates(const Caps& caps);
Rates rates_under(const profile::Roofs& roofs);

struct Segment {
    size_t first = 0, count = 0;  // steps
    double seconds = 0;           // estimated
};

// Cuts a plan into submits that are each estimated to take at most `limit` seconds (or hold a single step).
std::vector<Segment> split(const Plan& plan, const Rates& rates, double limit);

}  // namespace heed
