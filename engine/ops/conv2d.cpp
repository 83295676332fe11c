#include <algorithm>

#include "base/error.h"
#include "ops/activation.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/matmul_kernels.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {
namespace {

constexpr size_t kX = 0, kWeight = 1, kBias = 2;  // inputs

// As PyTorch keeps it, whatever its packing: [O,C,kh,kw].
const Shape& weight_shape(const Graph& graph, const Node& node) {
    const Value& weight = graph.value(node.inputs[kWeight]);
    return weight.constant.packing == Packing::plain ? weight.shape : weight.constant.shape;
}

int64_t output_size(const Node& node, const Shape& x, int axis, int64_t kernel, std::string_view suffix) {
    const int64_t stride = node.attributes.integer(text("stride_", suffix), 1), pad = node.attributes.integer(text("pad_", suffix));
    const int64_t dilation = node.attributes.integer(text("dilation_", suffix), 1);
    if (stride < 1 || dilation < 1 || pad < 0) {
        fail(ErrorKind::bad_input, "conv2d: expected a stride and a dilation of at least 1 and no negative pad, got stride_", suffix, " ",
             stride, ", dilation_", suffix, " ", dilation, ", pad_", suffix, " ", pad);
    }
    const int64_t span = dilation * (kernel - 1) + 1;
    if (x[axis] + 2 * pad < span) {
        fail(ErrorKind::bad_input, "conv2d: expected a kernel that fits axis ", axis, " of ", x, " with pad_", suffix, " ", pad,
             ", got one that spans ", span);
    }
    return (x[axis] + 2 * pad - span) / stride + 1;
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[kX]);
    const Value& weight = graph.value(node.inputs[kWeight]);
    const Shape& shape = weight_shape(graph, node);
    expect_float("conv2d", "x", x);
    expect_float("conv2d", "the weight", weight);
    expect_rank("conv2d", "x [B,H,W,C]", x, 4);
    if (shape.rank() != 4 || shape[1] != x.shape[3]) {
        fail(ErrorKind::bad_input, "conv2d: expected a weight of [O,", x.shape[3], ",kh,kw] for x ", x.shape, ", got ", shape);
    }
    if (weight.dtype != x.dtype && weight.dtype != DType::f16) {
        fail(ErrorKind::bad_input, "conv2d: expected the weight in f16 or in x's ", x.dtype, ", got ", weight.dtype, shape);
    }
    if (node.inputs[kBias] != kNone) {
        const Value& bias = graph.value(node.inputs[kBias]);
        expect_dtype("conv2d", "the bias", bias, x.dtype);
        if (bias.shape != Shape{shape[0]}) {
            fail(ErrorKind::bad_input, "conv2d: expected a bias of [", shape[0], "], got ", bias.shape);
        }
    }
    return {{{x.shape[0], output_size(node, x.shape, 1, shape[2], "y"), output_size(node, x.shape, 2, shape[3], "x"), shape[0]}, x.dtype}};
}

struct Weight {
    Binding binding;
    int64_t panel = 0;
};

// The weight as the kernels read it, [kh,kw,C,O] in panels. Where the prepack pass did not lay it out, a copy does on every run.
Weight panels_of(Lowering& lowering, const Node& node) {
    const ValueId id = node.inputs[kWeight];
    const Value weight = lowering.value(id);
    if (weight.constant.packing == Packing::filter_panels) {
        return {lowering.read(id), weight.constant.panel};
    }
    const View plain = lowering.view(id);  // [O,C,kh,kw]
    const int64_t o = plain.shape[0], c = plain.shape[1], kh = plain.shape[2], kw = plain.shape[3], panel = (o + 3) / 4 * 4;
    const ValueId copy = lowering.scratch("filter", {kh, kw, c, panel}, weight.dtype);
    const Shape turned{kh, kw, c, o};
    const View from{.root = plain.root,
                    .offset = plain.offset,
                    .shape = turned,
                    .strides = {plain.stride(2), plain.stride(3), plain.stride(1), plain.stride(0)}};
    const View to{.root = copy, .offset = 0, .shape = turned, .strides = {kw * c * panel, c * panel, panel, 1}};
    copy_elements(lowering, node, from, to, weight.dtype);
    if (panel > o) {  // columns of no filter, which the kernels read and leave out
        View again = from, behind = to;
        again.shape = behind.shape = Shape{kh, kw, c, panel - o};
        again.strides.back() = 0;
        behind.offset = o;
        copy_elements(lowering, node, again, behind, weight.dtype);
    }
    return {lowering.read(copy), panel};
}

params::Conv2dParams push_of(const Graph& graph, const Node& node, int64_t images, int64_t panel) {
    const Shape& x = graph.value(node.inputs[kX]).shape;
    const Shape& out = graph.value(node.outputs[0]).shape;
    const Shape& weight = weight_shape(graph, node);
    const auto attribute = [&](std::string_view name, int64_t otherwise) { return index32(node.attributes.integer(name, otherwise)); };
    // A row of a patch is one run of x unless the image's edge or a dilation can come between.
    const bool whole_rows = attribute("pad_y", 0) == 0 && attribute("pad_x", 0) == 0 && attribute("dilation_x", 1) == 1;
    return {.x_offset = 0,
            .out_offset = 0,
            .M = index32(images * out[1] * out[2]),
            .N = index32(out[3]),
            .K = index32(weight[1] * weight[2] * weight[3]),
            .panel = index32(panel),
            .height = index32(x[1]),
            .width = index32(x[2]),
            .channels = index32(x[3]),
            .out_height = index32(out[1]),
            .out_width = index32(out[2]),
            .kernel_y = index32(weight[2]),
            .segments_x = whole_rows ? 1 : index32(weight[3]),
            .segment = index32(whole_rows ? weight[3] * weight[1] : weight[1]),
            .stride_y = attribute("stride_y", 1),
            .stride_x = attribute("stride_x", 1),
            .pad_y = attribute("pad_y", 0),
            .pad_x = attribute("pad_x", 0),
            .dilation_y = attribute("dilation_y", 1),
            .dilation_x = attribute("dilation_x", 1)};
}

// Some images of a [B,...] tensor.
Window images_of(const Lowering& lowering, ValueId id, Access access, int64_t first, int64_t count) {
    View view = lowering.view(id);
    view.offset += first * view.stride(0);
    view.shape = view.shape.with(0, count);
    return window(view, lowering.value(id).dtype, access, lowering.caps());
}

// Taps that fall on padding count too.
Cost cost_of_images(const Graph& graph, const Node& node, int64_t count) {
    const Value& out = graph.value(node.outputs[0]);
    const Shape& weight = weight_shape(graph, node);
    const double share = static_cast<double>(count) / static_cast<double>(out.shape[0]);
    const double taps = static_cast<double>(weight[1] * weight[2] * weight[3]), bias = node.inputs[kBias] != kNone ? 1 : 0;
    const auto activation = static_cast<Activation>(node.attributes.integer("activation"));
    const double moved = share * (bytes_of(graph, node.inputs[kX]) + bytes_of(graph, node.outputs[0]));
    return {.flops = share * static_cast<double>(out.shape.elements()) * (2 * taps + bias + flops_of(activation)),
            .bytes = moved + bytes_of(graph, node.inputs[kWeight]) + bytes_of(graph, node.inputs[kBias]),
            .spared = 2 * (bias + (activation != Activation::none ? 1 : 0)) * share * bytes_of(graph, node.outputs[0])};
}

void lower_images(Lowering& lowering, const Node& node, const Weight& weight, int64_t first, int64_t count) {
    const DType dtype = lowering.value(node.outputs[0]).dtype;
    const Window x = images_of(lowering, node.inputs[kX], Access::read, first, count);
    const Window out = images_of(lowering, node.outputs[0], Access::write, first, count);
    params::Conv2dParams params = push_of(lowering.graph(), node, count, weight.panel);
    params.x_offset = index32(x.offset);
    params.out_offset = index32(out.offset);

    Dispatch dispatch;
    dispatch.kernel =
        &lowering.choose(node, conv2d_candidates(lowering.caps()), dtype_suffix(dtype, lowering.value(node.inputs[kWeight]).dtype));
    const TileProblem size{.m = params.M, .n = params.N};
    const TileLaunch launch = choose_launch(lowering, *dispatch.kernel, tile_launches(dispatch.kernel->strategy, size, lowering.caps()));
    const uint32_t fours = (params.channels % 4 == 0 && params.x_offset % 4 == 0 ? params::kFoursA : 0) |
                           (params.N % 4 == 0 && params.out_offset % 4 == 0 ? params::kFoursC : 0);
    const bool padded = params.pad_y != 0 || params.pad_x != 0;
    const Binding bias = node.inputs[kBias] != kNone ? lowering.read(node.inputs[kBias]) : x.binding;
    dispatch.specialization = {
        launch.workgroup, launch.word, static_cast<uint32_t>(node.attributes.integer("activation")), node.inputs[kBias] != kNone ? 1u : 0u,
        padded ? 1u : 0u, fours};
    if (dispatch.kernel->strategy == "broadcast") {
        dispatch.specialization.insert(dispatch.specialization.end(), {0u, static_cast<uint32_t>(launch.rows)});  // 6: no constant
    }
    dispatch.set_push(params);
    dispatch.grid = launch.grid(params.M, params.N, 1);
    dispatch.bindings = {x.binding, weight.binding, bias, out.binding};
    dispatch.cost = cost_of_images(lowering.graph(), node, count);
    lowering.add(std::move(dispatch));
}

void lower(Lowering& lowering, const Node& node) {
    const Weight weight = panels_of(lowering, node);
    const int64_t images = lowering.value(node.inputs[kX]).shape[0];
    const uint64_t limit = lowering.caps().max_binding_range;
    int64_t count = images;  // as many images at once as the device binds
    const auto bound = [&] {
        return std::max(images_of(lowering, node.inputs[kX], Access::read, 0, count).binding.size,
                        images_of(lowering, node.outputs[0], Access::write, 0, count).binding.size);
    };
    while (count > 1 && bound() > limit) {
        count = (count + 1) / 2;
    }
    if (std::max(bound(), weight.binding.size) > limit) {
        fail(ErrorKind::unsupported, "conv2d: expected an image and the weight to fit one binding of ", limit, " bytes each, got ", bound(),
             " and ", weight.binding.size);
    }
    for (int64_t first = 0; first < images; first += count) {
        lower_images(lowering, node, weight, first, std::min(count, images - first));
    }
}

Cost cost(const Graph& graph, const Node& node) {
    return cost_of_images(graph, node, graph.value(node.inputs[kX]).shape[0]);
}

}  // namespace

OpDef define_conv2d() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

Tensor conv2d(Tensor x, Tensor weight, const Conv2dOptions& options) {
    expect_present("conv2d", "x", x);
    expect_present("conv2d", "the weight", weight);
    Attributes attributes;
    const auto set = [&](std::string_view name, int64_t value, int64_t usual) {
        if (value != usual) {
            attributes.set(name, value);
        }
    };
    set("stride_y", options.stride_y, 1);
    set("stride_x", options.stride_x, 1);
    set("pad_y", options.pad_y, 0);
    set("pad_x", options.pad_x, 0);
    set("dilation_y", options.dilation_y, 1);
    set("dilation_x", options.dilation_x, 1);
    set("activation", static_cast<int64_t>(options.activation), 0);
    return append_node(OpKind::conv2d, {x, weight, options.bias}, std::move(attributes))[0];
}

}  // namespace heed
