#pragma once

#include <cstddef>
#include <string>

namespace heed {

// A class that a picture may belong to.
struct Guess {
    std::string label;
    size_t index = 0;
    double probability = 0;
};

}  // namespace heed
