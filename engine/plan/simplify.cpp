#include "plan/pass.h"

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

}  // namespace

void simplify(Plan& plan, const PassContext&) {
    Graph& graph = plan.graph;
    for (NodeId n = 0; n < graph.nodes().size(); ++n) {
        const Node& node = graph.node(n);
        const ValueId out = node.outputs[0];
        if (changes_nothing(graph, node)) {
            if (!graph.is_output(out)) {  // an output may be the copy that gives the host memory to read
                graph.replace_uses(out, node.inputs[0]);
            }
        } else if (node.op == OpKind::reshape) {
            const NodeId below = graph.value(node.inputs[0]).producer;
            if (below != kNone && graph.node(below).op == OpKind::reshape) {
                graph.edit_node(n).inputs[0] = graph.node(below).inputs[0];
            }
        }
    }
    graph.compact();
}

}  // namespace heed::passes_detail
