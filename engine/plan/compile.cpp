#include "plan/compile.h"

#include "base/error.h"
#include "plan/pass.h"

namespace heed {
namespace {

struct Pass {
    PassInfo info;
    void (*run)(Plan&, const PassContext&);
};

using namespace passes_detail;

constexpr Pass kPasses[] = {
    {{"infer", false, "checks every node's shapes and dtypes"}, infer},
    {{"widen", false, "f16 becomes f32 where the device cannot store f16"}, widen},
    {{"simplify", true, "drops nodes that change nothing"}, simplify},
    {{"fuse", true, "bias, activation and residual into matmul, residual into layer_norm"}, fuse},
    {{"prepack", true, "lays constant weights out as the kernels read them"}, prepack},
    {{"views", true, "reshape, slice and permute become strides where their users can follow"}, views},
    {{"lower", false, "picks kernels: nodes become dispatches"}, lower},
    {{"order", true, "brings independent dispatches together, so that barriers are few"}, order},
    {{"place", false, "gives every tensor its bytes"}, place},
    {{"fence", false, "puts barriers where bytes are reused"}, fence},
    {{"verify", false, "proves the plan legal, slowly and obviously"}, verify},
};

}  // namespace

std::vector<PassInfo> passes() {
    std::vector<PassInfo> out;
    for (const Pass& pass : kPasses) {
        out.push_back(pass.info);
    }
    return out;
}

Plan compile(const Graph& graph, const Caps& caps, const CompileOptions& options) {
    for (const std::string& name : options.off) {
        bool known = false;
        for (const Pass& pass : kPasses) {
            known |= pass.info.optional && pass.info.name == name;
        }
        if (!known && name != "reuse") {
            fail(ErrorKind::bad_input, "compile: no optional pass is called '", name, "'");
        }
    }
    Plan plan;
    plan.graph = graph.structure();
    plan.guard_bytes = options.guard_bytes;
    const PassContext context{.caps = caps, .options = options};
    for (const Pass& pass : kPasses) {
        if (!options.off.contains(pass.info.name)) {
            pass.run(plan, context);
        }
    }
    return plan;
}

}  // namespace heed
