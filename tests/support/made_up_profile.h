#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "profile/profile.h"

namespace heed::tests {

// How a made-up Profile differs from the usual one.
struct MadeUp {
    size_t rounds = 6;  // concurrent, and as many isolated ones, by turns
    uint32_t seed = 1;
    double noise = 0.03;                   // of every dispatch in every run: the standard deviation of the logarithm of its time
    std::map<std::string, double> slower;  // by op: factors of its times
    double machine = 1;                    // a factor of all times on the device, of the pace beside the rounds too
    bool timestamps = true;
};

// What profiling a small translator could have given: a plan "encode 1x24" that runs once a round, "step 1" that runs three times, and
// "grow 1x64", once, whose runs have no times from the device. Never measured; the same numbers for the same arguments.
profile::Profile made_up_profile(const MadeUp& made_up = {});

}  // namespace heed::tests
