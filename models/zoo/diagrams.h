#pragma once

#include <string_view>

#include "models/zoo/page.h"

namespace heed::zoo {

// The pages that need no device.
Page unrolled_page(std::string_view id);  // R1 ... R6, A7; throws bad_input for another
Page positions_page();                    // T4
Page blocks_page();                       // T5
Page folder_page();                       // T10

}  // namespace heed::zoo
