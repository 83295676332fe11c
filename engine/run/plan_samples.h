#pragma once

#include <string>

#include "plan/plan.h"
#include "profile/samples.h"

namespace heed {

// What a profile says of a plan before anything has run: every dispatch with its shapes and its work, every tensor with where it lies
// and from when to when it is needed.
profile::PlanSamples describe(const Plan& plan, std::string name);

}  // namespace heed
