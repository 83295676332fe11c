#include <array>

#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "params.h"

namespace heed {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"sum", "mean", "max", "min", "log_sum_exp"};  // as the enum

std::string_view name_of(ReduceKind kind) {
    return kKinds.at(static_cast<size_t>(kind));
}

uint32_t code_of(ReduceKind kind) {
    switch (kind) {
        case ReduceKind::max: return params::kReduceMax;
        case ReduceKind::min: return params::kReduceMin;
        case ReduceKind::log_sum_exp: return params::kReduceLogSumExp;
        default: return params::kReduceSum;
    }
}

ReduceKind kind_of(const Node& node) {
    return static_cast<ReduceKind>(node.attributes.integer("kind"));
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    const auto axis = expect_axis(name_of(kind_of(node)), x.shape, node.attributes.integer("axis"));
    expect_float(name_of(kind_of(node)), "x", x);
    std::vector<int64_t> sizes(x.shape.sizes().begin(), x.shape.sizes().end());
    sizes.erase(sizes.begin() + axis);
    return {{Shape(sizes), x.dtype}};
}

// Neighbouring elements are summed by one workgroup ("rows"); elements that lie apart by one invocation, whose neighbours
// walk beside it ("columns").
void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[0]);
    const int axis = static_cast<int>(node.attributes.integer("axis"));
    const int64_t length = x.shape[axis], inner = x.shape.stride(axis), count = x.shape.elements() / length;
    const ReduceKind kind = kind_of(node);
    const Candidate candidates[] = {{"rows", inner == 1}, {"columns", inner != 1}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(x.dtype));
    const FlatLaunch launch =
        inner == 1 ? row_launch(lowering, *dispatch.kernel, count, length) : flat_launch(lowering, *dispatch.kernel, count);
    dispatch.specialization = {launch.workgroup, code_of(kind)};
    dispatch.set_push(params::ReduceParams{.count = index32(count),
                                           .terms = index32(length),
                                           .inner = index32(inner),
                                           .scale = kind == ReduceKind::mean ? 1.0f / static_cast<float>(length) : 1.0f});
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[0]), lowering.write(node.outputs[0])};
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    const auto terms = static_cast<double>(graph.value(node.inputs[0]).shape.elements());
    const auto sums = static_cast<double>(graph.value(node.outputs[0]).shape.elements());
    switch (kind_of(node)) {
        case ReduceKind::mean: return {.flops = terms + sums, .bytes = bytes_touched(graph, node)};
        // compared, less the peak, exp, added; of the sum the logarithm, and the peak again
        case ReduceKind::log_sum_exp: return {.flops = 4 * terms + 2 * sums, .bytes = bytes_touched(graph, node)};
        default: return {.flops = terms, .bytes = bytes_touched(graph, node)};
    }
}

}  // namespace

OpDef define_reduce() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

Tensor reduce(Tensor x, int axis, ReduceKind kind) {
    const std::string_view name = name_of(kind);
    expect_present(name, "x", x);
    Attributes attributes;
    attributes.set("axis", expect_axis(name, x.shape(), axis)).set("kind", static_cast<int64_t>(kind));
    return append_node(OpKind::reduce, {x}, std::move(attributes))[0];
}

}  // namespace heed
