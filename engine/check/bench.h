#pragma once

#include <string>
#include <vector>

#include "profile/roofs.h"
#include "reference/case.h"
#include "run/session.h"

namespace heed::check {

// One timed plan beside what the device could do at best.
struct BenchRow {
    std::string op, shape, dtype;
    std::string kernel;  // of the dispatch that took longest; "a+b" when there are several
    int runs = 0;
    double ms = 0;  // median of a whole run(): submit, execution, wait
    double best_ms = 0, worst_ms = 0;
    double gflops = 0, gbps = 0;  // at the median
    double roof_percent = 0;      // the least time that the roofs allow its dispatches, one after the other, over the median
    double compile_ms = 0;        // pipelines and recording, the first time
};

struct BenchOptions {
    profile::Roofs roofs;
    int runs = 15;         // at least
    double seconds = 0.5;  // and at least this long
    CompileOptions compile;
};

// Any graph: what `heed bench` says of whole models.
BenchRow time_graph(Device& device, BenchRow row, const Graph& graph, const reference::Feed& inputs, const BenchOptions& options);
BenchRow time_case(Device& device, const std::string& op, const reference::Case& source, DType dtype, const BenchOptions& options);

// CPU time of start() beyond an empty submit's, per dispatch, in microseconds: what a recorded plan costs the host.
double host_microseconds_per_dispatch(Device& device);

}  // namespace heed::check
