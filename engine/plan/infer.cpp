#include "base/error.h"
#include "plan/pass.h"
#include "plan/updates.h"

namespace heed::passes_detail {
namespace {

// The host reads outputs from memory of their own: an input, weight or state that is an output gets a copy.
void own_outputs(Graph& graph) {
    for (size_t i = 0; i < graph.outputs().size(); ++i) {
        const ValueId id = graph.outputs()[i].second;
        if (graph.value(storage_of(graph, id)).kind != ValueKind::computed) {
            const Shape shape = graph.value(id).shape;
            Attributes attributes;
            attributes.set("shape", std::vector<int64_t>(shape.sizes().begin(), shape.sizes().end()));
            graph.replace_output(i, graph.append(OpKind::reshape, {id}, attributes, {{shape, graph.value(id).dtype}})[0].id());
        }
    }
}

}  // namespace

// Builders inferred already; this catches graphs that a pass or a person edited by hand.
void infer(Plan& plan, const PassContext&) {
    own_outputs(plan.graph);
    const Graph& graph = plan.graph;
    if (graph.outputs().empty()) {
        bool updates = false;
        for (const Value& value : graph.values()) {
            updates |= value.alias_of != kNone;
        }
        if (!updates) {
            fail(ErrorKind::bad_model, "compile: expected a graph with at least one output or state update, got none");
        }
    }
    for (NodeId n = 0; n < graph.nodes().size(); ++n) {
        const Node& node = graph.node(n);
        for (ValueId id : node.inputs) {
            const bool early = id == kNone || graph.value(id).producer == kNone || graph.value(id).producer < n;
            ensure(early, to_string(node.op), ": node ", n, " reads %", id, " before it is computed");
        }
        const std::vector<OutputType> types = op_def(node.op).infer(graph, node);
        ensure(types.size() == node.outputs.size(), to_string(node.op), ": infers ", types.size(), " outputs, the node has ",
               node.outputs.size());
        for (size_t i = 0; i < types.size(); ++i) {
            const Value& value = graph.value(node.outputs[i]);
            ensure(value.shape == types[i].shape && value.dtype == types[i].dtype, to_string(node.op), ": infers ", types[i].dtype,
                   types[i].shape, ", the graph says ", value.dtype, value.shape);
        }
    }
}

}  // namespace heed::passes_detail
