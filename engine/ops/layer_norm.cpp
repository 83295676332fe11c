#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/row_group.h"
#include "params.h"

namespace heed {
namespace {

constexpr size_t kX = 0, kResidual = 1, kGamma = 2, kBeta = 3;

void expect_channels(std::string_view name, const Value& value, const Value& x) {
    if (value.shape != Shape{x.shape.last()} || value.dtype != x.dtype) {
        fail(ErrorKind::bad_input, "layer_norm: expected ", x.dtype, Shape{x.shape.last()}, " for ", name, ", as x is ", x.dtype, x.shape,
             ", got ", value.dtype, value.shape);
    }
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[kX]);
    expect_float("layer_norm", "x", x);
    if (x.shape.rank() < 1) {
        fail(ErrorKind::bad_input, "layer_norm: expected an axis to normalise, got a scalar");
    }
    if (node.inputs[kGamma] != kNone) {
        expect_channels("gamma", graph.value(node.inputs[kGamma]), x);
    }
    if (node.inputs[kBeta] != kNone) {
        expect_channels("beta", graph.value(node.inputs[kBeta]), x);
    }
    if (node.inputs[kResidual] == kNone) {
        return {{x.shape, x.dtype}};
    }
    const Value& residual = graph.value(node.inputs[kResidual]);
    if (residual.shape != x.shape || residual.dtype != x.dtype) {
        fail(ErrorKind::bad_input, "layer_norm: expected a residual like x, ", x.dtype, x.shape, ", got ", residual.dtype, residual.shape);
    }
    return {{x.shape, x.dtype}, {x.shape, x.dtype}};
}

void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[kX]);
    const bool residual = node.inputs[kResidual] != kNone, gamma = node.inputs[kGamma] != kNone, beta = node.inputs[kBeta] != kNone;
    const RowGroups launch = row_groups(lowering, node, x.shape.rows(), x.shape.last(), 4);
    Dispatch dispatch;
    dispatch.kernel = launch.kernel;
    dispatch.specialization = {launch.workgroup, launch.rows, node.attributes.integer("rms") != 0, residual, gamma, beta};
    dispatch.set_push(params::LayerNormParams{.rows = index32(x.shape.rows()),
                                              .columns = index32(x.shape.last()),
                                              .epsilon = static_cast<float>(node.attributes.real("epsilon"))});
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[kX]),
                         lowering.read_or(node.inputs[kResidual], node.inputs[kX]),
                         lowering.read_or(node.inputs[kGamma], node.inputs[kX]),
                         lowering.read_or(node.inputs[kBeta], node.inputs[kX]),
                         lowering.write(node.outputs[0]),
                         lowering.write(residual ? node.outputs[1] : node.outputs[0])};
    dispatch.in_place = 0;
    lowering.add(std::move(dispatch));
}

// A number adds to the mean, which is taken off it, adds its square and is scaled; a row has two divisions, epsilon and a root. Without
// a mean that is two operations and one division less.
Cost cost(const Graph& graph, const Node& node) {
    const Shape& x = graph.value(node.inputs[kX]).shape;
    const bool rms = node.attributes.integer("rms") != 0;
    double each = rms ? 3 : 5;
    for (const size_t input : {kResidual, kGamma, kBeta}) {
        each += node.inputs[input] != kNone ? 1 : 0;
    }
    return {.flops = each * static_cast<double>(x.elements()) + (rms ? 3 : 4) * static_cast<double>(x.rows()),
            .bytes = bytes_touched(graph, node),
            .spared = bytes_of(graph, node.inputs[kResidual])};  // the sum, which a norm of its own would read
}

}  // namespace

OpDef define_layer_norm() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

LayerNormResult layer_norm(Tensor x, const LayerNormOptions& options) {
    expect_present("layer_norm", "x", x);
    Attributes attributes;
    attributes.set("epsilon", options.epsilon);
    if (options.rms) {
        attributes.set("rms", int64_t{1});
    }
    const auto out = append_node(OpKind::layer_norm, {x, options.residual, options.gamma, options.beta}, std::move(attributes));
    return {out[0], options.residual ? out[1] : Tensor()};
}

}  // namespace heed
