#pragma once

#include "profile/profile.h"

namespace heed::tests {

struct EncoderProfile {
    size_t layers = 12;
    size_t rounds = 60;  // every other one isolated
    bool software = true;
    bool timestamps = true;
};

// What profiling an encoder of so many layers could have given, as large as the real thing: two plans of eight dispatches a layer, for one
// picture and for four, and one of two for what comes behind. Never measured; the same numbers for the same arguments.
profile::Profile encoder_profile(const EncoderProfile& wanted = {});

}  // namespace heed::tests
