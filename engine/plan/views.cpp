#include "base/caps.h"
#include "plan/pass.h"
#include "plan/updates.h"

namespace heed::passes_detail {
namespace {

// Kernels that take no strides bind the tensor's own bytes, so its start must be a legal binding offset.
bool bindable(const View& view, DType dtype, const Caps& caps) {
    return view.contiguous() && static_cast<uint64_t>(view.offset) * size_of(dtype) % caps.storage_alignment == 0;
}

bool users_follow(const Graph& graph, ValueId id, const View& view, const Caps& caps) {
    for (NodeId n : graph.users(id)) {
        const Node& node = graph.node(n);
        const OpDef& def = op_def(node.op);
        for (size_t i = 0; i < node.inputs.size(); ++i) {
            if (node.inputs[i] != id || bindable(view, graph.value(id).dtype, caps)) {
                continue;
            }
            if (def.accepts == nullptr || !def.accepts(graph, node, i, view)) {
                return false;
            }
        }
    }
    return true;
}

bool updated_in_place(const Graph& graph, ValueId id) {
    for (const Value& value : graph.values()) {
        if (value.alias_of == id) {
            return true;
        }
    }
    return false;
}

}  // namespace

void views(Plan& plan, const PassContext& context) {
    Graph& graph = plan.graph;
    const KernelChoice no_choice;
    const Lowering lowering(graph, context.caps, no_choice);  // only its view(), which follows what is marked so far
    for (NodeId n = 0; n < graph.nodes().size(); ++n) {
        const Node& node = graph.node(n);
        const OpDef& def = op_def(node.op);
        const ValueId out = node.outputs[0];
        if (def.view == nullptr || updated_in_place(graph, out)) {
            continue;
        }
        const std::optional<View> view = def.view(graph, node, lowering.view(node.inputs[0]));
        if (!view || !users_follow(graph, out, *view, context.caps) || updated_between(graph, view->root, n, last_use(graph, out))) {
            continue;
        }
        // The host reads outputs from io memory: the root must be a tensor that can be placed there.
        if (graph.is_output(out) && (!view->contiguous() || graph.value(view->root).kind != ValueKind::computed)) {
            continue;
        }
        graph.edit_node(n).attributes.set("view", int64_t{1});
    }
}

}  // namespace heed::passes_detail
