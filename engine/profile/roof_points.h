#pragma once

#include <string>
#include <vector>

#include "profile/summary.h"

namespace heed::profile {

// Dispatches of all plans that are alike: the same op, kernel and shape.
struct RoofPoint {
    std::string op, kernel, shape;
    size_t dispatches = 0;
    double seconds = 0, share = 0;  // of an isolated round
    Work work;                      // in such a round
    Rating rating;

    double intensity() const { return work.bytes > 0 ? work.flops / work.bytes : 0; }
    double lost() const { return seconds - rating.bound.seconds; }  // seconds above the roof
};
std::vector<RoofPoint> roof_points(const Profile& profile,
                                   const Summary& summary);  // those that were timed; what takes longest comes first

}  // namespace heed::profile
