#include "run/recording.h"

#include "base/error.h"
#include "vk/context.h"
#include "vk/pipelines.h"

namespace heed {

namespace {

// Without timestamps a dispatch is timed as a submit of its own.
std::vector<Segment> one_by_one(const Plan& plan) {
    std::vector<Segment> segments;
    for (size_t i = 0; i < plan.steps.size(); ++i) {
        segments.push_back({.first = i, .count = 1, .seconds = 0});
    }
    return segments;
}

}  // namespace

Recording::Recording(vk::Context& context, const Plan& plan, const SessionMemory& memory, const RecordingOptions& options)
    : context_(context), timing_(options.timing), descriptors_(context) {
    make_pipelines(plan, options);
    const profile::Scope scope(options.recorder, "record");
    const bool by_host = timing_ == Timing::dispatches && context.caps().timestamp_bits == 0;
    const std::vector<Segment> segments = by_host ? one_by_one(plan) : options.segments;
    if (timing_ == Timing::counters) {
        prepare_counters(plan.steps.size());
    } else if (timing_ != Timing::none && context.caps().timestamp_bits > 0 && !segments.empty()) {
        prepare_timestamps(segments);
    }
    host_times_.resize(by_host ? segments.size() : 0);
    record(plan, memory, segments);
}

void Recording::prepare_timestamps(const std::vector<Segment>& segments) {
    uint32_t count = 0;
    for (const Segment& segment : segments) {
        points_.push_back(timing_ == Timing::submits ? 2 : static_cast<uint32_t>(segment.count + 1));
        count += points_.back();
    }
    timestamps_ = vk::Timestamps(context_, count);
}

// Those that can be taken of a dispatch.
void Recording::prepare_counters(size_t steps) {
    lock_.emplace(context_);
    std::vector<uint32_t> chosen;
    for (vk::CounterInfo& info : vk::counters_of(context_)) {
        if (info.scope == vk::CounterInfo::Scope::command) {
            chosen.push_back(info.index);
            counted_.push_back(std::move(info));
        }
    }
    queries_ = vk::PerformanceQueries(context_, chosen, static_cast<uint32_t>(steps));
}

void Recording::make_pipelines(const Plan& plan, const RecordingOptions& options) {
    const profile::Scope scope(options.recorder, "pipelines");
    for (const Step& step : plan.steps) {
        const Kernel& kernel = *step.dispatch.kernel;
        pipelines_.push_back(&context_.pipelines().get({.name = std::string(kernel.name),
                                                        .spirv = kernel.spirv,
                                                        .constants = step.dispatch.specialization,
                                                        .bindings = kernel.binding_count,
                                                        .push_bytes = kernel.push_bytes,
                                                        .statistics = options.recorder != nullptr}));
        if (options.progress) {
            options.progress(pipelines_.size(), plan.steps.size());
        }
    }
}

void Recording::record(const Plan& plan, const SessionMemory& memory, const std::vector<Segment>& segments) {
    for (size_t i = 0; i < segments.size(); ++i) {
        vk::CommandBuffer& commands = commands_.emplace_back(context_, text("segment ", i));
        fences_.emplace_back(context_);
        commands.begin();
        if (i == 0) {
            record_inputs(commands, plan, memory);
        } else {
            commands.barrier(vk::Access::compute | vk::Access::transfer, vk::Access::compute | vk::Access::indirect);
        }
        record_steps(commands, plan, memory, segments[i]);
        if (i + 1 == segments.size()) {
            record_outputs(commands, plan, memory);
        }
        commands.end();
    }
}

void Recording::record_time(vk::CommandBuffer& commands) {
    if (timestamps_.count() > 0) {
        commands.write(timestamps_, timestamps_recorded_++);
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
    }
}

void Recording::record_steps(vk::CommandBuffer& commands, const Plan& plan, const SessionMemory& memory, const Segment& segment) {
    const bool counted = queries_.count() > 0, isolated = timing_ == Timing::dispatches || counted;
    record_time(commands);
    for (size_t i = segment.first; i < segment.first + segment.count; ++i) {
        const Step& step = plan.steps[i];
        const Dispatch& dispatch = step.dispatch;
        if (i != segment.first && (step.barrier || isolated)) {
            commands.barrier();
        }
        std::vector<vk::Binding> bindings;
        for (const Binding& binding : dispatch.bindings) {
            bindings.push_back(memory.resolve(plan, binding));
        }
        commands.bind(*pipelines_[i]);
        commands.bind(descriptors_.add(bindings));
        commands.push(dispatch.push);
        if (counted) {
            queries_.begin(commands, static_cast<uint32_t>(i));
        }
        if (dispatch.indirect) {
            commands.dispatch_indirect(memory.dynamics().device, plan.indirect_offset(indirect_recorded_++));
        } else {
            commands.dispatch(dispatch.grid[0], dispatch.grid[1], dispatch.grid[2]);
        }
        if (counted) {
            commands.barrier();
            queries_.end(commands, static_cast<uint32_t>(i));
        }
        if (isolated) {
            record_time(commands);
        }
    }
    if (!isolated) {
        record_time(commands);
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
    if (queries_.count() > 0) {
        queries_.reset();
        for (uint32_t pass = 0; pass < queries_.passes(); ++pass) {
            for (size_t i = 0; i < commands_.size(); ++i) {
                const vk::CommandBuffer* const one[] = {&commands_[i]};
                context_.queue().submit(one, fences_[i], pass);
                fences_[i].wait();
            }
        }
        return;
    }
    for (size_t i = 0; i < commands_.size(); ++i) {
        const HostTime begin = std::chrono::steady_clock::now();
        context_.queue().submit(commands_[i], fences_[i]);
        if (!host_times_.empty()) {
            fences_[i].wait();
            host_times_[i] = {begin, std::chrono::steady_clock::now()};
        }
    }
}

void Recording::wait() {
    for (vk::Fence& fence : fences_) {
        fence.wait();
    }
}

size_t Recording::commands() const {
    size_t sum = 0;
    for (const vk::CommandBuffer& commands : commands_) {
        sum += commands.recorded();
    }
    return sum;
}

std::vector<std::vector<profile::Counter>> Recording::counters() const {
    std::vector<std::vector<profile::Counter>> out;
    if (queries_.count() > 0) {
        for (const std::vector<double>& values : queries_.read()) {
            std::vector<profile::Counter>& of_step = out.emplace_back();
            for (size_t i = 0; i < values.size(); ++i) {
                const vk::CounterInfo& info = counted_[i];
                of_step.push_back({.name = info.name, .unit = info.unit, .description = info.description, .value = values[i]});
            }
        }
    }
    return out;
}

std::vector<std::vector<uint64_t>> Recording::ticks() const {
    std::vector<std::vector<uint64_t>> by_submit;
    if (timestamps_.count() > 0) {
        const std::vector<uint64_t> ticks = timestamps_.ticks();
        auto next = ticks.begin();
        for (const uint32_t points : points_) {
            by_submit.emplace_back(next, next + points);
            next += points;
        }
    }
    return by_submit;
}

}  // namespace heed
