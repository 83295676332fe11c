#include "run/plan_samples.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "ir/op_kind.h"

namespace heed {
namespace {

// "65x192", without the ones in front of a matrix.
std::string matrix_text(const Shape& shape) {
    int first = 0;
    while (first + 2 < shape.rank() && shape[first] == 1) {
        ++first;
    }
    std::string out;
    for (int axis = first; axis < shape.rank(); ++axis) {
        out += (axis == first ? "" : "x") + std::to_string(shape[axis]);
    }
    return out;
}

// As the checkpoint has it, where the kernel reads it packed.
const Shape& shape_of(const Value& value) {
    const bool packed = value.kind == ValueKind::constant && value.constant.packing != Packing::plain;
    return packed ? value.constant.shape : value.shape;
}

// What has more than one axis tells what a dispatch is about; biases and norms' weights follow from it. Each shape once.
std::string shapes_of(const Graph& graph, const Node& node) {
    std::vector<std::string> read;
    for (const ValueId id : node.inputs) {
        if (id == kNone || graph.value(id).kind == ValueKind::dynamic || graph.value(id).shape.rank() < 2) {
            continue;
        }
        std::string shape = matrix_text(shape_of(graph.value(id)));
        if (std::ranges::find(read, shape) == read.end()) {
            read.push_back(std::move(shape));
        }
    }
    std::string out;
    for (const std::string& shape : read) {
        out += (out.empty() ? "" : ", ") + shape;
    }
    if (!node.outputs.empty()) {
        out += (out.empty() ? "" : " -> ") + matrix_text(graph.value(node.outputs.front()).shape);
    }
    return out;
}

std::string weight_of(const Graph& graph, const Node& node) {
    for (const ValueId id : node.inputs) {
        if (id != kNone && graph.value(id).kind == ValueKind::constant && !graph.value(id).name.empty()) {
            return graph.value(id).name;
        }
    }
    return {};
}

std::string result_of(const Graph& graph, const Node& node) {
    for (const auto& [name, id] : graph.outputs()) {
        if (std::ranges::find(node.outputs, id) != node.outputs.end()) {
            return name;
        }
    }
    for (const ValueId id : node.outputs) {
        const ValueId alias = graph.value(id).alias_of;
        if (alias != kNone && !graph.value(alias).name.empty()) {
            return graph.value(alias).name;
        }
    }
    return {};
}

// A node has no name of its own: the weight it reads says best which one it is, then what it writes, then the weight that what it
// reads came from.
std::string name_of(const Graph& graph, const Node& node) {
    if (std::string weight = weight_of(graph, node); !weight.empty()) {
        return weight;
    }
    if (std::string result = result_of(graph, node); !result.empty()) {
        return result;
    }
    const Node* before = &node;
    while (!before->inputs.empty() && before->inputs[0] != kNone && graph.value(before->inputs[0]).producer != kNone) {
        before = &graph.node(graph.value(before->inputs[0]).producer);
        if (const std::string weight = weight_of(graph, *before); !weight.empty()) {
            return "after " + weight;
        }
    }
    return {};
}

profile::KernelFacts facts_of(const Dispatch& dispatch) {
    const Kernel& kernel = *dispatch.kernel;
    return {.name = std::string(kernel.name),
            .strategy = std::string(kernel.strategy),
            .dtype = std::string(kernel.dtype),
            .constants = dispatch.specialization,
            .workgroup = dispatch.specialization.empty() ? 1 : dispatch.specialization.front(),
            .executables = {}};
}

uint32_t kernel_number(std::vector<profile::KernelFacts>& kernels, profile::KernelFacts facts) {
    const auto same = [&](const profile::KernelFacts& known) { return known.name == facts.name && known.constants == facts.constants; };
    const auto found = std::ranges::find_if(kernels, same);
    if (found == kernels.end()) {
        kernels.push_back(std::move(facts));
        return static_cast<uint32_t>(kernels.size() - 1);
    }
    return static_cast<uint32_t>(found - kernels.begin());
}

profile::DispatchSamples dispatch_of(const Plan& plan, const Step& step, uint32_t kernel) {
    const Dispatch& dispatch = step.dispatch;
    profile::DispatchSamples out{.op = {}, .name = {}, .shape = {}, .kernel = kernel};
    if (dispatch.node != kNone) {
        const Node& node = plan.graph.node(dispatch.node);
        out.op = to_string(node.op);
        out.name = name_of(plan.graph, node);
        out.shape = shapes_of(plan.graph, node);
    }
    out.grid = dispatch.grid;
    out.indirect = dispatch.indirect.has_value();
    out.barrier = step.barrier;
    out.work = {.flops = dispatch.cost.flops, .bytes = dispatch.cost.bytes};
    return out;
}

// By value id, the dispatches that touch it; io tensors live before the first and after the last of them.
std::vector<profile::TensorSpan> spans_of(const Plan& plan) {
    std::vector<std::pair<uint32_t, uint32_t>> used(plan.placements.size(), {~0u, 0});
    for (uint32_t i = 0; i < plan.steps.size(); ++i) {
        for (const Binding& binding : plan.steps[i].dispatch.bindings) {
            if (binding.value < used.size()) {
                auto& [first, last] = used[binding.value];
                first = std::min(first, i);
                last = std::max(last, i);
            }
        }
    }
    const uint32_t end = plan.steps.empty() ? 0 : static_cast<uint32_t>(plan.steps.size() - 1);
    std::vector<profile::TensorSpan> spans;
    for (ValueId id = 0; id < plan.placements.size(); ++id) {
        const Placement& place = plan.placements[id];
        if (!place.placed || used[id].first == ~0u || (place.arena != Arena::scratch && place.arena != Arena::io)) {
            continue;
        }
        const Value& value = plan.graph.value(id);
        const bool from_host = place.arena == Arena::io && value.kind == ValueKind::input;
        const bool to_host = place.arena == Arena::io && !from_host;
        std::string name = !value.name.empty()       ? value.name
                           : value.producer == kNone ? text("%", id)
                                                     : std::string(to_string(plan.graph.node(value.producer).op));
        spans.push_back({.name = std::move(name),
                         .arena = std::string(to_string(place.arena)),
                         .chunk = place.chunk,
                         .offset = place.offset,
                         .bytes = place.bytes,
                         .first = from_host ? 0 : used[id].first,
                         .last = to_host ? end : used[id].second});
    }
    return spans;
}

}  // namespace

profile::PlanSamples describe(const Plan& plan, std::string name) {
    profile::PlanSamples out{.name = std::move(name)};
    for (const Step& step : plan.steps) {
        out.dispatches.push_back(dispatch_of(plan, step, kernel_number(out.kernels, facts_of(step.dispatch))));
    }
    out.tensors = spans_of(plan);
    for (const Arena arena : {Arena::weights, Arena::state, Arena::io, Arena::scratch}) {
        out.arenas.push_back({.name = std::string(to_string(arena)), .bytes = plan.bytes(arena)});
    }
    out.scratch_lower_bound = plan.scratch_lower_bound;
    out.barriers = static_cast<uint32_t>(plan.barriers());
    return out;
}

}  // namespace heed
