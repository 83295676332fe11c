#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/row_group.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {
namespace {

constexpr size_t kX = 0, kMask = 1, kLengths = 2, kCentres = 3;

void expect_centres(const Value& centres, const Value& x, const Node& node) {
    const Shape rows(x.shape.sizes().first(static_cast<size_t>(x.shape.rank() - 1)));
    const double reach = node.attributes.real("reach", 0);
    const bool gaussian = node.attributes.integer("gaussian") != 0;
    if (centres.shape != rows || centres.dtype != DType::f32) {
        fail(ErrorKind::bad_input, "softmax: expected centres ", DType::f32, rows, ", one a row of ", x.shape, ", got ", centres.dtype,
             centres.shape);
    }
    if (!(gaussian ? reach > 0 : reach >= 0)) {
        fail(ErrorKind::bad_input, "softmax: expected centres to reach ", gaussian ? "further than" : "at least", " 0, got ", reach);
    }
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[kX]);
    expect_float("softmax", "x", x);
    if (x.shape.rank() < 1) {
        fail(ErrorKind::bad_input, "softmax: expected an axis to sum over, got a scalar");
    }
    if (node.inputs[kMask] != kNone) {
        expect_broadcast("softmax", "the mask", graph.value(node.inputs[kMask]), x.shape, x.dtype);
    }
    if (node.attributes.integer("causal") != 0 && x.shape.rank() < 2) {
        fail(ErrorKind::bad_input, "softmax: expected rows and columns for a causal mask, got ", x.shape);
    }
    if (node.inputs[kLengths] != kNone) {
        expect_batch_numbers("softmax", "key lengths", graph.value(node.inputs[kLengths]), x.shape[0]);
    }
    if (node.inputs[kCentres] != kNone) {
        expect_centres(graph.value(node.inputs[kCentres]), x, node);
    }
    return {{x.shape, x.dtype}};
}

uint32_t centred(const Node& node) {
    const bool gaussian = node.attributes.integer("gaussian") != 0;
    return node.inputs[kCentres] == kNone ? params::kCentredNot : gaussian ? params::kCentredGaussian : params::kCentredWindow;
}

// The mask as the rows of x meet it: the strides of all axes but the last, merged where they can be.
void set_mask(params::SoftmaxParams& params, const View& mask, const Window& from, const Shape& shape) {
    std::vector<int64_t> strides = broadcast_strides(mask, shape);
    params.mask_offset = index32(from.offset);
    params.mask_column = index32(strides.back());
    strides.pop_back();
    const std::vector<int64_t> operands[] = {strides};
    const Walk axes = walk(Shape(shape.sizes().first(strides.size())), operands);
    if (axes.sizes.size() > params::kMaskAxes) {
        fail(ErrorKind::unsupported, "softmax: a mask may change direction over at most ", params::kMaskAxes, " axes of rows, got ",
             mask.shape, " for ", shape);
    }
    const size_t first = params::kMaskAxes - axes.sizes.size();
    for (size_t axis = 0; axis < axes.sizes.size(); ++axis) {
        params.mask_sizes[first + axis] = index32(axes.sizes[axis]);
        params.mask_strides[first + axis] = index32(axes.strides[0][axis]);
    }
}

void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[kX]);
    const ValueId mask = node.inputs[kMask], lengths = node.inputs[kLengths];
    const RowGroups launch = row_groups(lowering, node, x.shape.rows(), x.shape.last());
    params::SoftmaxParams params{};
    params.rows = index32(x.shape.rows());
    params.columns = index32(x.shape.last());
    params.scale = static_cast<float>(node.attributes.real("scale", 1));
    params.causal_rows = node.attributes.integer("causal") != 0 ? index32(x.shape[-2]) : 0;
    params.key_lengths = lowering.dynamic_offset(lengths);
    params.length_rows = lengths == kNone ? 1 : index32(std::max<int64_t>(x.shape.rows() / x.shape[0], 1));
    const double reach = node.attributes.real("reach", 0);
    params.reach = static_cast<float>(reach);
    params.falloff = centred(node) == params::kCentredGaussian ? static_cast<float>(2 / (reach * reach)) : 0;
    std::fill_n(params.mask_sizes, params::kMaskAxes, 1);
    Binding mask_binding = lowering.read(node.inputs[kX]);  // a stand-in, when there is no mask
    if (mask != kNone) {
        const View view = lowering.view(mask);
        const Window from = window(view, x.dtype, Access::read, lowering.caps());
        set_mask(params, view, from, x.shape);
        mask_binding = from.binding;
    }
    Dispatch dispatch;
    dispatch.kernel = launch.kernel;
    dispatch.specialization = {launch.workgroup, launch.rows, mask != kNone, node.attributes.integer("log") != 0, centred(node)};
    dispatch.set_push(params);
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[kX]), mask_binding, lowering.read_or(node.inputs[kCentres], node.inputs[kX]),
                         lowering.dynamics(), lowering.write(node.outputs[0])};
    dispatch.in_place = 0;
    lowering.add(std::move(dispatch));
}

// Columns that are not masked: exactly where the shape decides, the most where a run's numbers do.
double columns_seen(const Value& x, const Node& node) {
    double most = static_cast<double>(x.shape.last());
    if (node.inputs[kCentres] != kNone) {
        most = std::min(most, 2 * std::floor(node.attributes.real("reach", 0)) + 1);
    }
    if (node.attributes.integer("causal") == 0) {
        return static_cast<double>(x.shape.rows()) * most;
    }
    double seen = 0;
    for (int64_t row = 0; row < x.shape[-2]; ++row) {
        seen += std::min(static_cast<double>(row + 1), most);
    }
    return seen * static_cast<double>(x.shape.rows() / x.shape[-2]);
}

// A column is compared, has the peak taken off, an exp, an addition and a product with what the row's sum comes to.
Cost cost(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[kX]);
    const double seen = columns_seen(x, node), gaussian = centred(node) == params::kCentredGaussian ? 4 : 0;
    const double scale = node.attributes.real("scale", 1) != 1 ? 1 : 0, mask = node.inputs[kMask] != kNone ? 1 : 0;
    return {.flops = seen * (5 + scale + mask + gaussian) + static_cast<double>(x.shape.rows()),
            .bytes = bytes_touched(graph, node) - bytes_of(graph, node.inputs[kX]) + seen * static_cast<double>(size_of(x.dtype))};
}

bool accepts(const Graph&, const Node&, size_t index, const View&) {
    return index == kMask;
}

}  // namespace

OpDef define_softmax() {
    return {.infer = infer, .lower = lower, .cost = cost, .accepts = accepts};
}

Tensor softmax(Tensor x, const SoftmaxOptions& options) {
    expect_present("softmax", "x", x);
    Attributes attributes;
    if (options.scale != 1) {
        attributes.set("scale", options.scale);
    }
    if (options.causal) {
        attributes.set("causal", int64_t{1});
    }
    if (options.log) {
        attributes.set("log", int64_t{1});
    }
    if (options.centres) {
        attributes.set("reach", options.reach);
        attributes.set("gaussian", int64_t{options.gaussian});
    }
    return append_node(OpKind::softmax, {x, options.mask, options.key_lengths, options.centres}, std::move(attributes))[0];
}

}  // namespace heed
