#pragma once

#include <string>

#include "profile/profile.h"

namespace heed::profile {

// One HTML file that needs nothing else and asks for nothing: what takes the time, a roofline to point at, every dispatch in a table,
// host and device on one clock, where the scratch tensors lie. Of very many samples only so many are on it as keep it quick; the
// figures are made from all of them, and the page says so.
std::string report_page(const Profile& profile);

}  // namespace heed::profile
