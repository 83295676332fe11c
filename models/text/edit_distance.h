#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace heed {

// How many words have to be put in, left out or replaced to make one of the other.
size_t edit_distance(std::span<const std::string> said, std::span<const std::string> wanted);

}  // namespace heed
