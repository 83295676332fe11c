#pragma once

#include <string_view>

#include "heed.h"
#include "models/zoo/page.h"

namespace heed::zoo {

// Whether a system's picture is what a device makes of an example; the others are drawn from a shape alone.
bool needs_device(std::string_view id);

// The picture of a system as docs/systems shows it. Throws bad_input for one whose picture another command draws.
Page picture_page(std::string_view id, Device* device);

}  // namespace heed::zoo
