#include "plan/pass.h"

namespace heed::passes_detail {

void lower(Plan& plan, const PassContext& context) {
    Lowering lowering(plan.graph, context.caps, context.options.kernels);
    lower_nodes(lowering);
    for (Dispatch& dispatch : lowering.dispatches) {
        const auto group = static_cast<uint32_t>(plan.steps.size());  // alone, unless the order pass finds company
        plan.steps.push_back({.dispatch = std::move(dispatch), .barrier = false, .group = group});
    }
    plan.notes.insert(plan.notes.end(), lowering.notes.begin(), lowering.notes.end());
    plan.offers = std::move(lowering.offers);
    plan.dynamic_elements = lowering.dynamic_elements();
    plan.dynamic_offsets.assign(plan.graph.values().size(), kNone);
    for (ValueId id = 0; id < plan.graph.values().size(); ++id) {
        if (plan.graph.value(id).kind == ValueKind::dynamic) {
            plan.dynamic_offsets[id] = lowering.dynamic_offset(id);
        }
    }
    for (const auto& [name, id] : plan.graph.outputs()) {
        const View view = lowering.view(id);
        const DType dtype = plan.graph.value(id).dtype;
        plan.outputs.push_back({name, view.root, static_cast<uint64_t>(view.offset) * size_of(dtype), view.shape, dtype});
    }
}

}  // namespace heed::passes_detail
