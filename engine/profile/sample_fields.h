#pragma once

#include <concepts>
#include <type_traits>

#include "profile/samples.h"

// Every field of the samples by the name it has in files, once for who writes and who reads: fields(value, [](name, field) {...}).
namespace heed::profile {

template <typename Value, typename Type>
concept Is = std::same_as<std::remove_const_t<Value>, Type>;

void fields(Is<Work> auto& work, const auto& field) {
    field("flops", work.flops);
    field("bytes", work.bytes);
}

void fields(Is<Statistic> auto& statistic, const auto& field) {
    field("name", statistic.name);
    field("text", statistic.text);
    field("description", statistic.description);
    field("value", statistic.value);
}

void fields(Is<Representation> auto& representation, const auto& field) {
    field("name", representation.name);
    field("description", representation.description);
    field("text", representation.text);
}

void fields(Is<Executable> auto& executable, const auto& field) {
    field("name", executable.name);
    field("description", executable.description);
    field("subgroup_size", executable.subgroup_size);
    field("statistics", executable.statistics);
    field("representations", executable.representations);
}

void fields(Is<Counter> auto& counter, const auto& field) {
    field("name", counter.name);
    field("unit", counter.unit);
    field("description", counter.description);
    field("value", counter.value);
}

void fields(Is<KernelFacts> auto& kernel, const auto& field) {
    field("name", kernel.name);
    field("strategy", kernel.strategy);
    field("dtype", kernel.dtype);
    field("constants", kernel.constants);
    field("workgroup", kernel.workgroup);
    field("executables", kernel.executables);
}

void fields(Is<DispatchSamples> auto& dispatch, const auto& field) {
    field("op", dispatch.op);
    field("name", dispatch.name);
    field("shape", dispatch.shape);
    field("kernel", dispatch.kernel);
    field("grid", dispatch.grid);
    field("indirect", dispatch.indirect);
    field("barrier", dispatch.barrier);
    field("work", dispatch.work);
    field("seconds", dispatch.seconds);
    field("counters", dispatch.counters);
}

void fields(Is<TensorSpan> auto& tensor, const auto& field) {
    field("name", tensor.name);
    field("arena", tensor.arena);
    field("chunk", tensor.chunk);
    field("offset", tensor.offset);
    field("bytes", tensor.bytes);
    field("first", tensor.first);
    field("last", tensor.last);
}

void fields(Is<ArenaUse> auto& arena, const auto& field) {
    field("name", arena.name);
    field("bytes", arena.bytes);
}

void fields(Is<RunSample> auto& run, const auto& field) {
    field("isolated", run.isolated);
    field("host", run.host);
    field("submitted", run.submitted);
    field("device", run.device);
    field("dispatches", run.dispatches);
}

void fields(Is<PlanSamples> auto& plan, const auto& field) {
    field("name", plan.name);
    field("barriers", plan.barriers);
    field("submits", plan.submits);
    field("scratch_lower_bound", plan.scratch_lower_bound);
    field("arenas", plan.arenas);
    field("tensors", plan.tensors);
    field("kernels", plan.kernels);
    field("dispatches", plan.dispatches);
    field("runs", plan.runs);
}

}  // namespace heed::profile
