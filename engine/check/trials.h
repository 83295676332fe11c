#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "check/case_runner.h"
#include "check/ratio.h"
#include "profile/recorder.h"
#include "profile/spread.h"

namespace heed::check {

// One way to compute a case: what is forced, and what came of it.
struct Trial {
    std::string name;  // "tiled 64x128/128"
    CompileOptions compile;
    bool chosen = false;  // this is what the picker takes

    std::string refused;              // why it does not fit; then there is no more to say
    std::string wrong;                // in what its results are not those of the reference
    std::vector<std::string> prints;  // what its kernels said with debugPrintfEXT in one run, under Validation::print
    profile::PlanSamples plan;        // its dispatches
    std::vector<double> seconds;      // of all of them together, by turn
    Ratio beside;                     // the one that was measured first

    bool good() const { return refused.empty() && wrong.empty() && !seconds.empty(); }
    double median() const { return profile::spread_of(seconds).median; }
};

// Every strategy that was built of the kernels a plan of this graph takes, and every tile of each; what the picker takes comes first.
// Pure. Those that the device cannot run, or that do not fit the shape, are among them, refused.
std::vector<Trial> trials_of(const Graph& graph, const Caps& caps, const CompileOptions& options = {});

struct TurnOptions {
    int turns = 15;
    std::function<bool()> stop;                                                        // asked after each turn: enough?
    std::function<void(const std::string& what, size_t done, size_t total)> progress;  // compiling, then measuring
};

// The case, with what the reference makes of it; for cases that would take it minutes, run_by_turns takes the first trial's results.
PreparedCase prepare_trials(const reference::Case& source, DType dtype);

// Runs all that are not refused: each once, to see whether its results are right, then by turns, one dispatch after the other, so that
// whatever else the machine does hits all alike.
void run_by_turns(Device& device, PreparedCase& prepared, std::vector<Trial>& trials, const TurnOptions& options);

// How long each run took: all dispatches together, or those of one kernel.
std::vector<double> seconds_of(const profile::PlanSamples& plan, std::string_view kernel = {});

// The least time these dispatches can take one after the other, and what limits the one that needs most of it.
profile::Bound bound_of(const profile::Roofs& roofs, const profile::PlanSamples& plan, std::string_view kernel = {});

// Good ones first, fastest first, then the wrong, then the refused.
void rank(std::vector<Trial>& trials);

}  // namespace heed::check
