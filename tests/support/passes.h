#pragma once

#include <string>
#include <vector>

#include "plan/compile.h"
#include "plan/pass.h"

namespace heed::tests {

using PassFunction = void (*)(Plan&, const PassContext&);

// Runs these passes on a plan, in this order.
void run_passes(Plan& plan, const Caps& caps, const std::vector<PassFunction>& passes, const CompileOptions& options = {});

// What these passes make of a graph.
Plan passed(const Graph& graph, const Caps& caps, const std::vector<PassFunction>& passes, const CompileOptions& options = {});

// "matmul unary": the ops of a graph's nodes; "matmul_tiled unary_flat": the kernels of a plan's steps, both in order.
std::string ops_of(const Graph& graph);
std::string kernels_of(const Plan& plan);

}  // namespace heed::tests
