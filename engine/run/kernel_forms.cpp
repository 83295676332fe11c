#include "run/kernel_forms.h"

#include "base/kernel.h"
#include "vk/pipelines.h"

namespace heed {

void add_forms(Device& device, std::span<profile::PlanSamples> plans) {
    if (!device.caps().executable_properties) {
        return;
    }
    for (profile::PlanSamples& plan : plans) {
        for (profile::KernelFacts& facts : plan.kernels) {
            if (const Kernel* kernel = find_kernel(facts.name); kernel != nullptr) {
                const vk::ComputePipeline& pipeline = device.context().pipelines().get({.name = facts.name,
                                                                                        .spirv = kernel->spirv,
                                                                                        .constants = facts.constants,
                                                                                        .bindings = kernel->binding_count,
                                                                                        .push_bytes = kernel->push_bytes,
                                                                                        .statistics = true,
                                                                                        .representations = true});
                facts.executables = pipeline.executables();
            }
        }
    }
}

}  // namespace heed
