#pragma once

#include "draw/page.h"
#include "profile/profile.h"

namespace heed::profile {

// Which tensor lies where in a plan's scratch arena, from which dispatch to which; below it how many bytes are needed at each.
draw::Page memory_page(const Profile& profile, size_t plan);

size_t plan_with_most_scratch(const Profile& profile);

}  // namespace heed::profile
