#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/caps.h"
#include "ops/lowering.h"
#include "plan/plan.h"

namespace heed {

struct CompileOptions {
    std::set<std::string, std::less<>> off;  // optional passes to leave out
    KernelChoice kernels;
    uint64_t guard_bytes = 0;  // free bands around every io and scratch tensor, for tests that look for stray writes
};

struct PassInfo {
    std::string_view name;
    bool optional = false;
    std::string_view purpose;
};

// Every pass in the order compile() runs them.
std::vector<PassInfo> passes();

// Turns a graph into a plan for a device with these capabilities. Pure: no device is touched, the graph is not changed.
// The graph must outlive the plan, whose constants borrow from it.
Plan compile(const Graph& graph, const Caps& caps, const CompileOptions& options = {});

}  // namespace heed
