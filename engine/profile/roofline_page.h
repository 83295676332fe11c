#pragma once

#include "draw/page.h"
#include "profile/profile.h"

namespace heed::profile {

// How fast each kernel is on each shape, over how much it computes with a byte, under the roofs of the device: for documents.
draw::Page roofline_page(const Profile& profile);

}  // namespace heed::profile
