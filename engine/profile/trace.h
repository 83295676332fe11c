#pragma once

#include <string>

#include "profile/profile.h"

namespace heed::profile {

// The trace events that Perfetto and chrome://tracing open. Process "host": the rounds, and a track of phases for each thread.
// Process "device NAME": concurrent runs by submit, isolated ones by dispatch with what each does and how far from the roof it was,
// and the scratch memory that each needs; runs that the device gave no times of are on tracks of their own that say so. On a
// track any two slices are disjoint or one lies in the other: what overlaps otherwise goes on a second track of the same name.
std::string to_trace(const Profile& profile);

}  // namespace heed::profile
