#pragma once

#include <string>

#include "plan/plan.h"
#include "run/memory.h"

namespace heed {

// Fills io and scratch with a word that is NaN as f32 and twice NaN as f16, so that reading what nobody wrote shows.
void poison(vk::Context& context, const SessionMemory& memory);

// The first byte outside every tensor that is no longer poison, in words; empty when there is none. Needs plan.guard_bytes.
std::string find_stray_write(vk::Context& context, const Plan& plan, const SessionMemory& memory);

}  // namespace heed
