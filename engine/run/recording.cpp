#include "run/recording.h"

#include "base/error.h"
#include "vk/context.h"
#include "vk/pipelines.h"

namespace heed {

Recording::Recording(vk::Context& context, const Plan& plan, const SessionMemory& memory, const RecordingOptions& options)
    : context_(context), descriptors_(context) {
    for (const Step& step : plan.steps) {
        const Kernel& kernel = *step.dispatch.kernel;
        pipelines_.push_back(&context.pipelines().get({.name = std::string(kernel.name),
                                                       .spirv = kernel.spirv,
                                                       .constants = step.dispatch.specialization,
                                                       .bindings = kernel.binding_count,
                                                       .push_bytes = kernel.push_bytes}));
        if (options.progress) {
            options.progress(pipelines_.size(), plan.steps.size());
        }
    }
    const bool timed = options.timestamps && context.caps().timestamp_bits > 0 && !plan.steps.empty();
    if (timed) {
        timestamps_ = vk::Timestamps(context, static_cast<uint32_t>(plan.steps.size() + 1));
    }
    for (size_t i = 0; i < options.segments.size(); ++i) {
        vk::CommandBuffer& commands = commands_.emplace_back(context, text("segment ", i));
        fences_.emplace_back(context);
        commands.begin();
        if (i == 0) {
            record_inputs(commands, plan, memory);
        } else {
            commands.barrier(vk::Access::compute | vk::Access::transfer, vk::Access::compute | vk::Access::indirect);
        }
        record_steps(commands, plan, memory, options.segments[i]);
        if (i + 1 == options.segments.size()) {
            record_outputs(commands, plan, memory);
        }
        commands.end();
    }
}

// What the host wrote is copied in where memory is not unified. The barrier also orders this run after the one before it.
void Recording::record_inputs(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory) {
    commands.barrier(vk::Access::compute | vk::Access::transfer, vk::Access::compute | vk::Access::transfer | vk::Access::indirect);
    bool copied = false;
    for (uint32_t chunk = 0; chunk < memory.io().size(); ++chunk) {
        std::vector<vk::CopyRegion> regions;
        for (ValueId id = 0; id < plan.graph.values().size(); ++id) {
            const Placement& place = plan.placements[id];
            if (plan.graph.value(id).kind == ValueKind::input && place.chunk == chunk) {
                regions.push_back({place.offset, place.offset, place.bytes});
            }
        }
        const HostBuffer& io = memory.io()[chunk];
        if (io.staged() && !regions.empty()) {
            commands.copy(io.upload, io.device, regions);
            copied = true;
        }
    }
    if (memory.dynamics().staged()) {
        const vk::CopyRegion all{0, 0, memory.dynamics().device.size()};
        commands.copy(memory.dynamics().upload, memory.dynamics().device, {&all, 1});
        copied = true;
    }
    if (copied) {
        commands.barrier(vk::Access::transfer, vk::Access::compute | vk::Access::indirect);
    }
    if (timestamps_.count() > 0) {
        commands.reset(timestamps_);
        commands.write(timestamps_, 0);
    }
}

void Recording::record_steps(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory, const Segment& segment) {
    for (size_t i = segment.first; i < segment.first + segment.count; ++i) {
        const Step& step = plan.steps[i];
        const Dispatch& dispatch = step.dispatch;
        if (i != segment.first && (step.barrier || timestamps_.count() > 0)) {
            commands.barrier();
        }
        std::vector<vk::Binding> bindings;
        for (const Binding& binding : dispatch.bindings) {
            bindings.push_back(memory.resolve(plan, binding));
        }
        commands.bind(*pipelines_[i]);
        commands.bind(descriptors_.add(bindings));
        commands.push(dispatch.push);
        if (dispatch.indirect) {
            commands.dispatch_indirect(memory.dynamics().device, plan.indirect_offset(indirect_recorded_++));
        } else {
            commands.dispatch(dispatch.grid[0], dispatch.grid[1], dispatch.grid[2]);
        }
        if (timestamps_.count() > 0) {
            commands.write(timestamps_, static_cast<uint32_t>(i + 1));
        }
    }
}

void Recording::record_outputs(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory) {
    bool mapped = false, staged = false;
    for (const HostBuffer& io : memory.io()) {
        (io.staged() ? staged : mapped) = true;
    }
    if (staged) {
        commands.barrier(vk::Access::compute, vk::Access::transfer);
        for (uint32_t chunk = 0; chunk < memory.io().size(); ++chunk) {
            const HostBuffer& io = memory.io()[chunk];
            std::vector<vk::CopyRegion> regions;
            for (const OutputWindow& output : plan.outputs) {
                const Placement& place = plan.placements[output.root];
                if (io.staged() && place.arena == Arena::io && place.chunk == chunk) {
                    regions.push_back({place.offset, place.offset, place.bytes});
                }
            }
            if (!regions.empty()) {
                commands.copy(io.device, io.readback, regions);
            }
        }
        commands.barrier(vk::Access::transfer, vk::Access::host);
    }
    if (mapped) {
        commands.barrier(vk::Access::compute, vk::Access::host);
    }
}

void Recording::start() {
    for (size_t i = 0; i < commands_.size(); ++i) {
        context_.queue().submit(commands_[i], fences_[i]);
    }
}

void Recording::wait() {
    for (vk::Fence& fence : fences_) {
        fence.wait();
    }
}

std::vector<double> Recording::step_seconds() const {
    std::vector<double> seconds;
    if (timestamps_.count() > 0) {
        const std::vector<double> points = timestamps_.read();
        for (size_t i = 1; i < points.size(); ++i) {
            seconds.push_back((points[i] - points[i - 1]) * 1e-9);
        }
    }
    return seconds;
}

}  // namespace heed
