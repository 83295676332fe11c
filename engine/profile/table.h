#pragma once

#include <string>

#include "profile/profile.h"

namespace heed::profile {

struct TableOptions {
    size_t width = 100;    // characters of a line
    bool colours = false;  // those of a terminal
    bool each = false;     // a line for every dispatch, in the plan's order; else dispatches that are alike share one, the slowest first
    size_t most = 24;      // of the latter
};

// What a person reads first: where the time goes, how far from the roof, and why. Ends with the slowest kernel and its bound.
std::string table(const Profile& profile, const TableOptions& options = {});

}  // namespace heed::profile
