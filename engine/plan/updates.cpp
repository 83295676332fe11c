#include "plan/updates.h"

#include <algorithm>

#include "ops/op.h"

namespace heed::passes_detail {

ValueId storage_of(const Graph& graph, ValueId id) {
    while (graph.value(id).alias_of != kNone) {
        id = graph.value(id).alias_of;
    }
    return id;
}

bool updated_between(const Graph& graph, ValueId id, NodeId first, NodeId last) {
    if (id == kNone) {
        return false;
    }
    const ValueId storage = storage_of(graph, id);
    for (size_t n = size_t{first} + 1; n <= last && n < graph.nodes().size(); ++n) {
        for (ValueId out : graph.nodes()[n].outputs) {
            if (graph.value(out).alias_of != kNone && storage_of(graph, out) == storage) {
                return true;
            }
        }
    }
    return false;
}

NodeId last_use(const Graph& graph, ValueId id) {
    if (graph.is_output(id)) {
        return static_cast<NodeId>(graph.nodes().size());
    }
    NodeId last = 0;
    for (NodeId n : graph.users(id)) {
        const bool may_be_view = op_def(graph.node(n).op).view != nullptr;
        last = std::max({last, n, may_be_view ? last_use(graph, graph.node(n).outputs[0]) : 0});
    }
    return last;
}

}  // namespace heed::passes_detail
