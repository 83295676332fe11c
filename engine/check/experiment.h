#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "check/trials.h"

namespace heed::check {

// What became of a kernel that was compiled again, beside the one that was built.
struct Outcome {
    std::string kernel;
    std::string wrong;                // in what the results are not those of the reference; "" when they are
    std::vector<std::string> prints;  // what the plan said in one run, with the first of its kernels
    profile::Spread before, after;
    Ratio ratio;
    profile::PlanSamples plan;  // with the new kernel
};

// A case whose kernels are compiled again from a shader that somebody works on.
class Experiment {
public:
    // Takes the strategy that the shader is of where the picker would take another. Throws bad_input when none of the case's kernels
    // is, or can be, of a shader of this name.
    Experiment(Device& device, PreparedCase prepared, const CompileOptions& options, std::filesystem::path file);

    const std::set<std::string>& kernels() const { return kernels_; }  // that the file is compiled into

    // Compiles the file as it is now and measures it beside what was built, by turns. Throws bad_file with what the compiler says.
    std::vector<Outcome> measure(const TurnOptions& options);

private:
    Device& device_;
    PreparedCase prepared_;
    CompileOptions options_;
    std::filesystem::path file_;
    std::set<std::string> kernels_;
};

}  // namespace heed::check
