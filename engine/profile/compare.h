#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profile/noise.h"
#include "profile/profile.h"
#include "profile/spread.h"

namespace heed::profile {

enum class Verdict : uint8_t {
    slower,
    faster,
    unchanged,    // no change that can be told apart from noise
    too_few,      // runs, for any verdict
    only_before,  // not in the second profile
    only_after,   // not in the first one
};
std::string_view to_string(Verdict verdict);

// What became of an op, of whole rounds, or of a dispatch.
struct Change {
    std::string name;
    Spread before, after;  // seconds
    Shift shift;           // p with Holm's correction
    double beyond = 1;     // the ratio as far as it is more than what the machine itself differed by
    Verdict verdict = Verdict::too_few;
};

// Something about two profiles that should be the same.
struct Difference {
    std::string what, before, after;
};

struct Comparison {
    double threshold = 0;
    std::vector<Difference> differences;
    Change pace;                     // of the fixed piece of work beside each round: how far the machine itself differed
    Change rounds;                   // concurrent ones, by the host's clock
    std::vector<Change> ops;         // by isolated rounds; what changed most comes first
    std::vector<Change> dispatches;  // of ops that changed, in plans that have the same dispatches

    bool regressed() const;  // something is slower, and by more than the threshold
};

struct CompareOptions {
    double threshold = 0.05;  // slower by this share of the time is a regression
    bool allow_other_device = false;
};

// A change is 2 % or more, and more than what pace changed by, in either direction. Noise makes any of rounds and ops seem changed in
// at most 5 comparisons of 100, and any of the dispatches that are looked into in 5 of 100 more. What is another in each run of the
// program and no matter of pace, such as where memory happens to lie, cannot be told from a change. Throws bad_input for profiles of
// two devices, unless they are allowed.
Comparison compare(const Profile& before, const Profile& after, const CompareOptions& options = {});

struct TextOptions {
    size_t width = 100;    // characters of a line
    bool colours = false;  // those of a terminal
};
std::string comparison_text(const Comparison& comparison, const TextOptions& options = {});
std::string comparison_json(const Comparison& comparison);  // "schema": "heed-comparison"

}  // namespace heed::profile
