#pragma once

#include <functional>
#include <string>

#include "profile/recorder.h"
#include "run/device.h"

namespace heed {

struct MeasureOptions {
    std::string subject;  // what is measured, in words
    int rounds = 20;      // of each kind: as in production, and with a barrier around each dispatch
    int warm_up = 2;      // rounds of each kind before that, which do not count: the first dispatches compile
    bool fresh_roofs = false;
    bool counters = false;  // take the hardware's, dispatch by dispatch, where the driver has VK_KHR_performance_query
    std::function<void(int done, int total)> progress;
    std::function<bool()> stop;  // asked before each round; what was measured until then is the answer
};

// Does a piece of work again and again, by turns as in production and isolated, with the device's pace taken beside each round. The
// Sessions that do it must have been given the Recorder.
profile::Profile measure(Device& device, profile::Recorder& recorder, const std::function<void()>& once, const MeasureOptions& options);

}  // namespace heed
