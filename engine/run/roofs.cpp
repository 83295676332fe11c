#include "run/roofs.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "base/error.h"
#include "base/kernel.h"
#include "roof_params.h"
#include "vk/buffer.h"
#include "vk/command.h"
#include "vk/context.h"
#include "vk/descriptors.h"
#include "vk/pipelines.h"
#include "vk/queue.h"

namespace heed {
namespace {

constexpr double kLongEnough = 0.02;  // seconds a measurement must last to drown the cost of a submit
constexpr int kTries = 7;

using Clock = std::chrono::steady_clock;

struct Roof {
    vk::Context& context;
    const vk::ComputePipeline& pipeline;
    vk::Descriptors descriptors;
    vk::DescriptorSet set;
    vk::CommandBuffer commands;
    vk::Fence fence;

    Roof(vk::Context& of, const char* kernel_name, uint32_t workgroup, std::span<const vk::Binding> bindings)
        : context(of),
          pipeline(get(of, kernel_name, workgroup)),
          descriptors(of),
          set(descriptors.add(bindings)),
          commands(of, kernel_name),
          fence(of) {}

    static const vk::ComputePipeline& get(vk::Context& context, const char* name, uint32_t workgroup) {
        const Kernel* kernel = find_kernel(name);
        ensure(kernel != nullptr, "roofs: no kernel ", name, " was built");
        return context.pipelines().get({.name = name,
                                        .spirv = kernel->spirv,
                                        .constants = {workgroup},
                                        .bindings = kernel->binding_count,
                                        .push_bytes = kernel->push_bytes});
    }

    template <typename Params>
    double seconds(const Params& params, uint32_t groups_x, uint32_t repeats) {
        commands.begin();
        commands.bind(pipeline);
        commands.bind(set);
        commands.push(std::as_bytes(std::span(&params, 1)));
        for (uint32_t i = 0; i < repeats; ++i) {
            commands.dispatch(groups_x, 1, 1);
            commands.barrier();
        }
        commands.end();
        const Clock::time_point start = Clock::now();
        context.queue().submit(commands, fence);
        fence.wait();
        return std::chrono::duration<double>(Clock::now() - start).count();
    }
};

// Doubles the work until it lasts, then takes the best rate of several tries.
double best_rate(const std::function<double(uint32_t)>& seconds_for, double work_each) {
    uint32_t amount = 1;
    seconds_for(amount);  // compiles
    while (seconds_for(amount) < kLongEnough && amount < (1u << 20)) {
        amount *= 2;
    }
    double best = 0;
    for (int i = 0; i < kTries; ++i) {
        best = std::max(best, work_each * amount / seconds_for(amount));
    }
    return best;
}

}  // namespace

Rates measure_roofs(Device& device) {
    vk::Context& context = device.context();
    const Caps& caps = device.caps();
    const uint32_t workgroup = std::min(caps.max_invocations, caps.type == DeviceType::cpu ? 8u : 256u);
    const uint32_t groups_x = caps.type == DeviceType::cpu ? 64 : 4096;
    const uint64_t copy_bytes = std::min<uint64_t>({64ull << 20, caps.max_binding_range, caps.max_allocation});

    const vk::Buffer results(context, uint64_t{workgroup} * groups_x * sizeof(float), vk::MemoryUse::device, "roof results");
    const vk::Binding result{&results, 0, 0};
    Roof fma(context, "roof_fma_f32", workgroup, {&result, 1});
    const auto fma_seconds = [&](uint32_t amount) {
        return fma.seconds(params::RoofFmaParams{.iterations = 256 * amount, .factor = 0.999f}, groups_x, 1);
    };
    const double flops = best_rate(fma_seconds, 256.0 * params::kRoofFmaFlops * workgroup * groups_x);

    const vk::Buffer from(context, copy_bytes, vk::MemoryUse::device, "roof copy from");
    const vk::Buffer to(context, copy_bytes, vk::MemoryUse::device, "roof copy to");
    const vk::Binding copied[] = {{&from, 0, 0}, {&to, 0, 0}};
    Roof copy(context, "roof_copy_f32", workgroup, copied);
    const auto copy_seconds = [&](uint32_t amount) {
        return copy.seconds(params::RoofCopyParams{.count = static_cast<uint32_t>(copy_bytes / 16)}, groups_x, amount);
    };
    return {flops, best_rate(copy_seconds, 2.0 * static_cast<double>(copy_bytes))};
}

}  // namespace heed
