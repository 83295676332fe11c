#include "check/variants.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/kernel.h"

namespace heed::check {
namespace {

// The (family, strategy) pairs that were built for the families a plan took its kernels from.
std::set<std::pair<std::string, std::string>> alternatives(const std::vector<std::string>& used) {
    std::set<std::pair<std::string, std::string>> out;
    for (const std::string& name : used) {
        const std::string_view family = find_kernel(name)->op;
        for (const Kernel& kernel : kernels()) {
            if (kernel.op == family) {
                out.emplace(kernel.op, kernel.strategy);
            }
        }
    }
    return out;
}

}  // namespace

VariantRun run_chosen(Device& device, const PreparedCase& prepared, const CaseOptions& options) {
    VariantRun run{.compile = options.compile, .result = {}, .error = {}, .refused = false};
    try {
        run.result = run_case(device, prepared, options);
    } catch (const Error& error) {
        run.error = error.what();
        run.refused = error.kind == ErrorKind::unsupported;
    }
    return run;
}

std::vector<VariantRun> run_alternatives(Device& device, const PreparedCase& prepared, const CaseOptions& options,
                                         const VariantRun& chosen) {
    std::vector<VariantRun> runs;
    std::set<std::vector<std::string>> seen{chosen.result.kernels};
    for (const auto& [family, strategy] : alternatives(chosen.result.kernels)) {
        CaseOptions forced = options;
        forced.compile.kernels.strategy[family] = strategy;
        VariantRun run = run_chosen(device, prepared, forced);
        if (!run.refused && seen.insert(run.result.kernels).second) {
            runs.push_back(std::move(run));
        }
    }
    return runs;
}

}  // namespace heed::check
