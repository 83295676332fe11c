#pragma once

#include <functional>
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

// Runs a case with the kernels the picker takes, then with every other strategy that can be forced on the device.
void run_variants(Device& device, const PreparedCase& prepared, const CaseOptions& options,
                  const std::function<void(const VariantRun&)>& each);

}  // namespace heed::check
