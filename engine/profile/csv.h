#pragma once

#include <string>

#include "profile/profile.h"

namespace heed::profile {

// One line for each dispatch of each plan, in their order, under a line of names that hold the units: cells apart by commas, in quotes
// where they hold a comma, a quotation mark or a line's end, lines ending in CRLF, as RFC 4180 has it. What was not timed is empty.
std::string to_csv(const Profile& profile);

}  // namespace heed::profile
