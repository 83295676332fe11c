#pragma once

#include <string>
#include <vector>

#include "check/case_runner.h"

namespace heed::check {

// One way to compute a case: the strategies forced, and what came of it.
struct VariantRun {
    CompileOptions compile;
    CaseResult result;
    std::string error;     // when compiling or running threw
    bool refused = false;  // this variant does not fit this shape on this device; not a failure
};

// With the kernels the picker takes.
VariantRun run_chosen(Device& device, const PreparedCase& prepared, const CaseOptions& options);

// With every other strategy that can be forced on the device.
std::vector<VariantRun> run_alternatives(Device& device, const PreparedCase& prepared, const CaseOptions& options,
                                         const VariantRun& chosen);

}  // namespace heed::check
