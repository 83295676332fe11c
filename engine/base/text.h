#pragma once

#include <sstream>
#include <string>

namespace heed {

// Joins values into one string: text("x is ", 3) == "x is 3".
template <typename... Parts>
std::string text(const Parts&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

}  // namespace heed
