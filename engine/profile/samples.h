#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/executable.h"

namespace heed::profile {

// What a dispatch has to do at least, counted from its shapes.
struct Work {
    double flops = 0;
    double bytes = 0;  // read and written once
};

// A hardware counter, summed up over a dispatch or taken at its end, as the driver defines it.
struct Counter {
    std::string name, unit, description;
    double value = 0;
};

// A kernel as the plan launches it: with these specialisation constants.
struct KernelFacts {
    std::string name;  // as it was built: <op>_<strategy>_<dtype>
    std::string strategy, dtype;
    std::vector<uint32_t> constants;
    uint32_t workgroup = 1;               // invocations
    std::vector<Executable> executables;  // empty where the driver does not say
};

// A dispatch of a plan, and how long it took with a barrier before and after it.
struct DispatchSamples {
    std::string op;       // as in op_list.def
    std::string name;     // the weight it reads or the output it writes: "encoder.layer.0.output.dense.weight"
    std::string shape;    // "197x192 * 192x768 -> 197x768"
    uint32_t kernel = 0;  // in PlanSamples::kernels
    std::array<uint32_t, 3> grid{1, 1, 1};
    bool indirect = false;  // the grid is the largest one; a run may take less
    bool barrier = false;   // in the plan: waits for what is before it
    Work work;
    std::vector<double> seconds;    // one for each isolated run
    std::vector<Counter> counters;  // of one run, where the driver has them
};

// Where a tensor lies, and from which dispatch to which it is needed.
struct TensorSpan {
    std::string name, arena;  // "scratch", "io", "state", "weights"
    uint32_t chunk = 0;
    uint64_t offset = 0, bytes = 0;
    uint32_t first = 0, last = 0;  // dispatches, both included
};

struct Interval {
    double begin = 0, end = 0;  // seconds on the Recorder's clock

    double seconds() const { return end - begin; }
};

// One run of a plan. Times are those of the host; `device` has the submits as the device's clock saw them, laid on the host's.
struct RunSample {
    bool isolated = false;             // a barrier around each dispatch, else as in production
    Interval host;                     // from start() to the end of wait()
    double submitted = 0;              // when all of it had been handed to the driver
    std::vector<Interval> device;      // by submit; empty without timestamps
    std::vector<Interval> dispatches;  // by dispatch, of isolated runs
};

struct ArenaUse {
    std::string name;
    uint64_t bytes = 0;
};

// All that was measured of one plan.
struct PlanSamples {
    std::string name;
    std::vector<KernelFacts> kernels;
    std::vector<DispatchSamples> dispatches;
    std::vector<TensorSpan> tensors;
    std::vector<ArenaUse> arenas;
    uint64_t scratch_lower_bound = 0;  // the largest sum of scratch tensors needed at one time
    uint32_t barriers = 0, submits = 1;
    std::vector<RunSample> runs;
};

}  // namespace heed::profile
