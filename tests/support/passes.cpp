#include "support/passes.h"

#include "base/text.h"

namespace heed::tests {

void run_passes(Plan& plan, const Caps& caps, const std::vector<PassFunction>& passes, const CompileOptions& options) {
    plan.guard_bytes = options.guard_bytes;
    const PassContext context{.caps = caps, .options = options};
    for (PassFunction pass : passes) {
        pass(plan, context);
    }
}

Plan passed(const Graph& graph, const Caps& caps, const std::vector<PassFunction>& passes, const CompileOptions& options) {
    Plan plan;
    plan.graph = graph.structure();
    run_passes(plan, caps, passes, options);
    return plan;
}

std::string ops_of(const Graph& graph) {
    std::string out;
    for (const Node& node : graph.nodes()) {
        out += text(out.empty() ? "" : " ", to_string(node.op));
    }
    return out;
}

std::string kernels_of(const Plan& plan) {
    std::string out;
    for (const Step& step : plan.steps) {
        out += text(out.empty() ? "" : " ", step.dispatch.kernel->op, "_", step.dispatch.kernel->strategy);
    }
    return out;
}

}  // namespace heed::tests
