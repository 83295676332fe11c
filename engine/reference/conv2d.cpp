#include "base/text.h"
#include "ops/activation.h"
#include "ops/ops.h"
#include "reference/activation.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto attribute = [&](std::string_view name, int64_t otherwise) { return node.attributes.integer(name, otherwise); };
    const Array &x = *inputs[0], &weight = *inputs[1];  // [B,H,W,C], [O,C,kh,kw]
    for (size_t i = 0; i < outputs[0].data.size(); ++i) {
        const std::vector<int64_t> at = coordinates_of(outputs[0].shape, i);
        double sum = inputs[2] != nullptr ? inputs[2]->data[static_cast<size_t>(at[3])] : 0;
        for (int64_t ky = 0; ky < weight.shape[2]; ++ky) {
            for (int64_t kx = 0; kx < weight.shape[3]; ++kx) {
                const int64_t h = at[1] * attribute("stride_y", 1) - attribute("pad_y", 0) + ky * attribute("dilation_y", 1);
                const int64_t w = at[2] * attribute("stride_x", 1) - attribute("pad_x", 0) + kx * attribute("dilation_x", 1);
                if (h < 0 || h >= x.shape[1] || w < 0 || w >= x.shape[2]) {
                    continue;
                }
                const double* pixel = &x.data[index_of(x.shape, {at[0], h, w, 0})];
                const double* tap = &weight.data[index_of(weight.shape, {at[3], 0, ky, kx})];
                for (int64_t c = 0; c < weight.shape[1]; ++c) {
                    sum += pixel[c] * tap[c * weight.shape.stride(1)];
                }
            }
        }
        outputs[0].data[i] = activate(static_cast<Activation>(attribute("activation", 0)), sum);
    }
}

struct Image {
    Shape x, weight;
    Conv2dOptions options = {};
    bool bias = false;
    Fill fill = Fill::lattice;
    bool half_weight = false;
};

void build(const Image& image, Graph& graph, DType dtype) {
    std::vector<float> values(static_cast<size_t>(image.weight.elements()));
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(i * i % 23) * 0.125f - 1.375f;
    }
    Conv2dOptions options = image.options;
    const Tensor weight = graph.constant("weight", image.weight, values);
    graph.edit_value(weight.id()).dtype = image.half_weight ? DType::f16 : dtype;
    if (image.bias) {
        options.bias = graph.input("bias", {image.weight[0]}, dtype);
    }
    graph.output("y", conv2d(graph.input("x", image.x, dtype), weight, options));
}

Case conv_case(const Image& image) {
    const Conv2dOptions& o = image.options;
    Case made{.name = text(image.x, " conv ", image.weight, " stride ", o.stride_y, "x", o.stride_x, " pad ", o.pad_y, "x", o.pad_x,
                           " dilation ", o.dilation_y, "x", o.dilation_x, image.bias ? " bias " : " ", to_string(o.activation),
                           image.half_weight ? " f16 weight" : "", image.fill == Fill::with_nan ? " with NaN" : ""),
              .build = [image](Graph& graph, DType dtype) { build(image, graph, dtype); },
              .fills = {{"x", image.fill}}};
    if (image.bias) {
        made.fills["bias"] = Fill::lattice;
    }
    if (image.fill == Fill::lattice && o.activation == Activation::none) {
        made.f32 = {0, 0};
        made.f16 = {0, 1e-3};  // one rounding, of the result
    }
    return made;
}

std::vector<Case> cases() {
    const Conv2dOptions same{.pad_y = 1, .pad_x = 1};
    std::vector<Case> out{
        conv_case({.x = {1, 1, 1, 1}, .weight = {1, 1, 1, 1}}),
        conv_case({.x = {2, 13, 11, 5}, .weight = {33, 5, 3, 3}, .options = same, .bias = true}),
        conv_case({.x = {1, 32, 24, 3}, .weight = {48, 3, 8, 8}, .options = {.stride_y = 8, .stride_x = 8}, .bias = true}),
        conv_case({.x = {3, 7, 7, 4}, .weight = {70, 4, 1, 1}}),
        conv_case({.x = {1, 9, 10, 8}, .weight = {20, 8, 3, 2}, .options = {.stride_y = 2, .dilation_y = 2, .dilation_x = 3}}),
        conv_case({.x = {2, 6, 5, 12},
                   .weight = {65, 12, 5, 3},
                   .options = {.stride_x = 3, .pad_y = 2, .pad_x = 4, .dilation_x = 2},
                   .bias = true}),
        conv_case({.x = {1, 12, 9, 2}, .weight = {6, 2, 4, 3}, .options = {.stride_y = 3}, .half_weight = true}),
        conv_case({.x = {1, 8, 8, 7},
                   .weight = {9, 7, 3, 3},
                   .options = {.pad_y = 1, .pad_x = 1, .activation = Activation::gelu},
                   .bias = true,
                   .fill = Fill::normal}),
        conv_case({.x = {2, 5, 5, 3}, .weight = {4, 3, 3, 3}, .options = same, .fill = Fill::with_nan}),
    };
    const Image timed[] = {{.x = {1, 224, 224, 3}, .weight = {768, 3, 16, 16}, .options = {.stride_y = 16, .stride_x = 16}},
                           {.x = {1, 56, 56, 64}, .weight = {64, 64, 3, 3}, .options = same}};
    for (const Image& image : timed) {
        out.push_back(conv_case(image));
        out.back().timed = true;
    }
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return conv_case({.x = {1, s[0], s[1], s[2]}, .weight = {s[3], s[2], s[4], s[4]}, .options = {.pad_y = s[4] / 2, .pad_x = s[4] / 2}});
}

}  // namespace

OpReference reference_conv2d() {
    return {.evaluate = evaluate, .cases = cases, .axes = "HxWxCxOxk (k by k kernels)", .axis_count = 5, .sized = sized};
}

}  // namespace heed::reference
