#pragma once

#include <map>
#include <string>
#include <vector>

#include "ir/graph.h"
#include "reference/case.h"

namespace heed::tests {

// Fills for every input and dynamic of the graph: normal numbers, and for the named ones these.
reference::Feed feed_for(const Graph& graph, const std::map<std::string, std::vector<double>>& values = {});

// Every output on the device against the reference: with all passes, and with each optional one left out.
void check_on_device(const Graph& graph, const reference::Feed& feed, const reference::Tolerance& tolerance = {2e-5, 2e-5});

}  // namespace heed::tests
