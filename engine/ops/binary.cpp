#include <algorithm>
#include <array>

#include "base/error.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {
namespace {

constexpr std::array<std::string_view, 6> kKinds{"add", "subtract", "multiply", "divide", "maximum", "minimum"};  // as the enum

std::string_view name_of(BinaryKind kind) {
    return kKinds.at(static_cast<size_t>(kind));
}

BinaryKind kind_of(const Node& node) {
    return static_cast<BinaryKind>(node.attributes.integer("kind"));
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const std::string_view op = name_of(kind_of(node));
    const Value& a = graph.value(node.inputs[0]);
    const Value& b = graph.value(node.inputs[1]);
    expect_float(op, "a", a);
    expect_float(op, "b", b);
    if (a.dtype != b.dtype) {
        fail(ErrorKind::bad_input, op, ": expected operands of one dtype, got ", a.dtype, a.shape, " and ", b.dtype, b.shape);
    }
    for (int axis = 1; axis <= std::min(a.shape.rank(), b.shape.rank()); ++axis) {
        if (a.shape[-axis] != b.shape[-axis] && a.shape[-axis] != 1 && b.shape[-axis] != 1) {
            fail(ErrorKind::bad_input, op, ": expected sizes that are equal or 1, got ", a.shape, " and ", b.shape);
        }
    }
    return {{broadcast(a.shape, b.shape), a.dtype}};
}

// An operand of the output's shape that lies as the output does: element i of both is touched by one invocation alone.
bool can_be_overwritten(const View& view, const Shape& shape) {
    return view.shape == shape && view.contiguous();
}

void lower(Lowering& lowering, const Node& node) {
    const Value& out = lowering.value(node.outputs[0]);
    const std::array<View, 2> views{lowering.view(node.inputs[0]), lowering.view(node.inputs[1])};
    const Window a = window(views[0], out.dtype, Access::read, lowering.caps());
    const Window b = window(views[1], out.dtype, Access::read, lowering.caps());
    const View whole = contiguous_view(node.outputs[0], out.shape);
    const std::vector<int64_t> strides[] = {broadcast_strides(views[0], out.shape), broadcast_strides(views[1], out.shape), whole.strides};
    const Walk axes = walk(out.shape, strides);

    params::BinaryParams params{};
    params.count = index32(out.shape.elements());
    params.a_offset = index32(a.offset);
    params.b_offset = index32(b.offset);
    for (size_t axis = 0; axis < axes.sizes.size(); ++axis) {
        params.sizes[axis] = index32(axes.sizes[axis]);
        params.a_strides[axis] = index32(axes.strides[0][axis]);
        params.b_strides[axis] = index32(axes.strides[1][axis]);
    }
    const Candidate candidates[] = {{"strided"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(out.dtype));
    const FlatLaunch launch = flat_launch(lowering, *dispatch.kernel, out.shape.elements());
    dispatch.specialization = {launch.workgroup, static_cast<uint32_t>(axes.sizes.size()), static_cast<uint32_t>(kind_of(node))};
    dispatch.set_push(params);
    dispatch.grid = launch.grid;
    dispatch.bindings = {a.binding, b.binding, lowering.write(node.outputs[0])};
    dispatch.in_place = can_be_overwritten(views[0], out.shape) ? 0 : can_be_overwritten(views[1], out.shape) ? 1 : -1;
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    return {.flops = static_cast<double>(graph.value(node.outputs[0]).shape.elements()), .bytes = bytes_touched(graph, node)};
}

}  // namespace

OpDef define_binary() {
    return {.infer = infer, .lower = lower, .cost = cost, .accepts = accepts_strides};
}

Tensor binary(Tensor a, Tensor b, BinaryKind kind) {
    const std::string_view op = name_of(kind);
    expect_present(op, "a", a);
    expect_present(op, "b", b);
    Attributes attributes;
    attributes.set("kind", static_cast<int64_t>(kind));
    return append_node(OpKind::binary, {a, b}, std::move(attributes))[0];
}

}  // namespace heed
