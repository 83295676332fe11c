#pragma once

#include "ir/graph.h"

namespace heed::passes_detail {

// The value in whose memory another lives because it is updated in place.
ValueId storage_of(const Graph& graph, ValueId id);

// Whether a node after `first`, up to `last`, updates the memory the value lives in: then reading it at `last` is not the same
// as reading it at `first`, and a pass must not move the reader.
bool updated_between(const Graph& graph, ValueId id, NodeId first, NodeId last);

// The last node that reads the value, or that reads what may become a view of it; past all nodes when that is an output.
NodeId last_use(const Graph& graph, ValueId id);

}  // namespace heed::passes_detail
