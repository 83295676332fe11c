#include "plan/pass.h"
#include "plan/updates.h"

namespace heed::passes_detail {
namespace {

// A node whose output is its input: a permute that moves nothing, a slice of everything, a reshape or cast to what it was.
bool changes_nothing(const Graph& graph, const Node& node) {
    switch (node.op) {
        case OpKind::reshape:
        case OpKind::slice: return graph.value(node.inputs[0]).shape == graph.value(node.outputs[0]).shape;
        case OpKind::cast: return graph.value(node.inputs[0]).dtype == graph.value(node.outputs[0]).dtype;
        case OpKind::concat: return node.inputs.size() == 1;
        case OpKind::permute: {
            const std::vector<int64_t> axes = node.attributes.integers("axes");
            for (size_t i = 0; i < axes.size(); ++i) {
                if (axes[i] != static_cast<int64_t>(i)) {
                    return false;
                }
            }
            return true;
        }
        default: return false;
    }
}

// A reshape of a reshape reads what the first one read.
void skip_reshape_below(Graph& graph, NodeId n) {
    const NodeId below = graph.node(n).op == OpKind::reshape ? graph.value(graph.node(n).inputs[0]).producer : kNone;
    if (below != kNone && graph.node(below).op == OpKind::reshape && !updated_between(graph, graph.node(below).inputs[0], below, n)) {
        graph.edit_node(n).inputs[0] = graph.node(below).inputs[0];
    }
}

}  // namespace

void simplify(Plan& plan, const PassContext&) {
    Graph& graph = plan.graph;
    for (NodeId n = 0; n < graph.nodes().size(); ++n) {
        skip_reshape_below(graph, n);
        const Node& node = graph.node(n);
        const ValueId out = node.outputs[0];
        // An output may be the copy that gives the host memory to read; another, what a state was before its update.
        if (changes_nothing(graph, node) && !graph.is_output(out) && !updated_between(graph, node.inputs[0], n, last_use(graph, out))) {
            graph.replace_uses(out, node.inputs[0]);
        }
    }
    graph.compact();
}

}  // namespace heed::passes_detail
