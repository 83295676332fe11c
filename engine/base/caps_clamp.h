#pragma once

#include <string_view>

#include "base/caps.h"

namespace heed {

// The same device pretending to be a smaller one: "subgroup=1,fp16=0,shared=16384,binding=64M". Sizes take K, M or G; a
// switch takes 0 or 1. Nothing ever grows. Throws bad_input naming an unknown key or a bad value.
Caps clamp(Caps caps, std::string_view spec);

// The keys with one line each, for help texts.
std::string clamp_help();

}  // namespace heed
