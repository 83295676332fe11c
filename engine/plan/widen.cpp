#include "base/error.h"
#include "plan/pass.h"

namespace heed::passes_detail {

// Numbers only gain precision; the host converts at upload, and the plan says so.
void widen(Plan& plan, const PassContext& context) {
    if (context.caps.fp16_storage) {
        return;
    }
    Graph& graph = plan.graph;
    size_t widened = 0;
    for (ValueId id = 0; id < graph.values().size(); ++id) {
        Value& value = graph.edit_value(id);
        if (value.dtype == DType::f16) {
            value.dtype = DType::f32;
            ++widened;
        }
    }
    for (NodeId n = 0; n < graph.nodes().size(); ++n) {
        Node& node = graph.edit_node(n);
        if (node.op == OpKind::cast && node.attributes.string("to") == "f16") {
            node.attributes.set("to", std::string("f32"));
        }
    }
    if (widened > 0) {
        plan.notes.push_back(text(widened, " f16 tensors are kept as f32: the device has no 16-bit storage"));
    }
}

}  // namespace heed::passes_detail
