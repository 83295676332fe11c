#include "check/experiment.h"

#include <memory>

#include "base/error.h"
#include "check/shader_compiler.h"

namespace heed::check {
namespace {

std::set<std::string> kernels_of(const Plan& plan, const std::string& shader) {
    std::set<std::string> found;
    for (const Step& step : plan.steps) {
        if (step.dispatch.kernel->file == shader) {
            found.emplace(step.dispatch.kernel->name);
        }
    }
    return found;
}

}  // namespace

Experiment::Experiment(Device& device, PreparedCase prepared, const CompileOptions& options, std::filesystem::path file)
    : device_(device), prepared_(std::move(prepared)), options_(options), file_(std::move(file)) {
    const std::string shader = file_.filename().string();
    kernels_ = kernels_of(compile(prepared_.graph, device.caps(), options), shader);
    std::string refused = "no kernel that was built is of that shader";
    for (const Kernel* kernel : kernels_from(file_)) {
        if (!kernels_.empty()) {
            return;
        }
        CompileOptions forced = options;
        forced.kernels.strategy[std::string(kernel->op)] = kernel->strategy;
        try {
            kernels_ = kernels_of(compile(prepared_.graph, device.caps(), forced), shader);
            options_ = forced;
            refused = text("its plan takes ", kernel->op, " kernels nowhere");
        } catch (const Error& error) {
            refused = error.what();
        }
    }
    if (kernels_.empty()) {
        fail(ErrorKind::bad_input, file_.string(), ": expected the shader of a kernel that this case can take, and ", refused);
    }
}

std::vector<Outcome> Experiment::measure(const TurnOptions& options) {
    std::vector<std::unique_ptr<CompiledKernel>> compiled;
    std::vector<Trial> trials(2);
    trials[0] = {.name = "built", .compile = options_};
    trials[1] = {.name = "new", .compile = options_};
    for (const std::string& name : kernels_) {
        compiled.push_back(recompile(*find_kernel(name), file_));
        trials[1].compile.kernels.replaced[name] = &compiled.back()->kernel();
    }
    run_by_turns(device_, prepared_, trials, options);
    std::vector<Outcome> outcomes;
    for (const std::string& name : kernels_) {
        const std::vector<double> before = seconds_of(trials[0].plan, name), after = seconds_of(trials[1].plan, name);
        outcomes.push_back({.kernel = name,
                            .wrong = trials[1].refused.empty() ? trials[1].wrong : trials[1].refused,
                            .prints = outcomes.empty() ? trials[1].prints : std::vector<std::string>(),
                            .before = profile::spread_of(before),
                            .after = profile::spread_of(after),
                            .ratio = ratio_of(before, after),
                            .plan = trials[1].plan});
    }
    return outcomes;
}

}  // namespace heed::check
