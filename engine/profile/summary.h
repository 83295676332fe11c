#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "profile/profile.h"
#include "profile/spread.h"

namespace heed::profile {

// How fast some work was done, and how far from the roof that is.
struct Rating {
    Bound bound;      // the least time; of several dispatches the sum, and the limit of the largest part of it
    double roof = 0;  // bound.seconds as a share of the time it took: 1 is as fast as the device allows; 0 where nothing was timed
    double flops_per_second = 0, bytes_per_second = 0;
};

struct DispatchSummary {
    Spread isolated;       // seconds of one run
    double runs = 0;       // of its plan in an isolated round
    double seconds = 0;    // in such a round: the median times `runs`
    double share = 0;      // of the seconds of all dispatches of all plans
    Rating rating;         // at the median
    double intensity = 0;  // FLOP for each byte
};

// All dispatches of an op, or of a kernel, in all plans.
struct GroupSummary {
    std::string name;
    size_t dispatches = 0;
    std::vector<double> rounds;  // seconds in each isolated round
    Spread round;                // of these
    double share = 0;            // of the seconds of all dispatches, as there
    Work work;                   // in a round, on average
    Rating rating;               // at the median
};

struct PlanSummary {
    Spread concurrent;            // seconds of the host, from start() to the end of wait()
    Spread isolated;              // the same of isolated runs
    Spread sum;                   // of isolated runs: the seconds of all dispatches of a run together
    Spread submit;                // of concurrent runs: from start() until all was handed to the driver
    double dispatch_seconds = 0;  // the sum of the isolated medians of its dispatches
    double runs = 0;              // in an isolated round
    std::optional<double> busy;   // share of the concurrent runs in which the device was at work; nothing without its times
    std::vector<DispatchSummary> dispatches;
};

// Phases of one name; those that lie in others are counted in both, but are not the others' own.
struct PhaseSummary {
    std::string name;
    size_t count = 0;
    double seconds = 0;  // of all of them
    double before = 0;   // of those that began before the first round
    Spread round;        // seconds in each concurrent round
    Spread own;          // likewise, without the phases that lie in them
};

struct Summary {
    Spread concurrent, isolated;             // seconds of the host of a round
    Spread pace;                             // Round::pace of all rounds
    Spread sum;                              // of isolated rounds: the seconds of all dispatches of all plans
    double dispatch_seconds = 0;             // the same by the dispatches' medians: what shares are parts of
    std::optional<double> busy;              // share of the concurrent rounds, as of a plan
    std::vector<PlanSummary> plans;          // as in the Profile
    std::vector<GroupSummary> ops, kernels;  // what takes longest comes first
    std::vector<PhaseSummary> phases;        // in the order in which they were first met
};

// A run belongs to the round of its kind whose time it lies in; in a Profile without isolated rounds the isolated runs of each plan
// are rounds by their order.
Summary summary_of(const Profile& profile);

}  // namespace heed::profile
