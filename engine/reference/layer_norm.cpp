#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array &x = *inputs[0], *residual = inputs[1], *gamma = inputs[2], *beta = inputs[3];
    const auto columns = static_cast<size_t>(x.shape.last());
    const bool rms = node.attributes.integer("rms") != 0;
    for (size_t first = 0; first < x.data.size(); first += columns) {
        std::vector<double> s(columns);
        double mean = 0, variance = 0;
        for (size_t c = 0; c < columns; ++c) {
            s[c] = x.data[first + c] + (residual != nullptr ? residual->data[first + c] : 0);
            mean += s[c] / static_cast<double>(columns);
        }
        mean = rms ? 0 : mean;
        for (size_t c = 0; c < columns; ++c) {
            variance += (s[c] - mean) * (s[c] - mean) / static_cast<double>(columns);
        }
        for (size_t c = 0; c < columns; ++c) {
            const double normed = (s[c] - mean) / std::sqrt(variance + node.attributes.real("epsilon"));
            outputs[0].data[first + c] = normed * (gamma != nullptr ? gamma->data[c] : 1) + (beta != nullptr ? beta->data[c] : 0);
            if (residual != nullptr) {
                outputs[1].data[first + c] = s[c];
            }
        }
    }
}

struct Setup {
    Shape shape;
    bool residual = false, gamma = true, beta = true, rms = false;
    double offset = 0;  // added to x before the norm
};

Case norm_case(const Setup& setup, std::string_view note, Fill x = Fill::normal) {
    Case made{.name = text(setup.shape, " ", note), .build = nullptr};
    made.build = [setup](Graph& graph, DType dtype) {
        LayerNormOptions options{.rms = setup.rms};
        const Shape channels{setup.shape.last()};
        Tensor in = graph.input("x", setup.shape, dtype);
        if (setup.offset != 0) {
            in = add(in, graph.input("offset", Shape{1}, dtype));
        }
        if (setup.residual) {
            options.residual = graph.input("residual", setup.shape, dtype);
        }
        if (setup.gamma) {
            options.gamma = graph.input("gamma", channels, dtype);
        }
        if (setup.beta) {
            options.beta = graph.input("beta", channels, dtype);
        }
        const LayerNormResult normed = layer_norm(in, options);
        graph.output("y", normed.normed);
        if (setup.residual) {
            graph.output("sum", normed.sum);
        }
    };
    made.fills = {{"x", x}};
    if (setup.offset != 0) {
        made.values["offset"] = {setup.offset};
    }
    made.f16 = {4e-3, 4e-3};
    return made;
}

std::vector<Case> cases() {
    std::vector<Case> out;
    out.push_back(norm_case({.shape = {7, 131}}, "affine"));
    out.push_back(norm_case({.shape = {11, 37}, .residual = true}, "affine, residual"));
    out.push_back(norm_case({.shape = {2, 5, 96}, .residual = true}, "affine, residual"));
    out.push_back(norm_case({.shape = {3, 768}, .residual = true, .gamma = false, .beta = false}, "residual"));
    out.push_back(norm_case({.shape = {5, 36}, .gamma = false, .beta = false}, "bare"));
    out.push_back(norm_case({.shape = {5, 44}, .beta = false, .rms = true}, "rms"));
    out.push_back(norm_case({.shape = {5, 44}, .residual = true, .beta = false, .rms = true}, "rms, residual"));
    out.push_back(norm_case({.shape = {301, 3}, .gamma = false}, "many short rows"));
    out.push_back(norm_case({.shape = {3, 1}}, "one column"));
    out.push_back(norm_case({.shape = {2, 10007}}, "long rows"));
    out.push_back(norm_case({.shape = {2, 10012}}, "long rows"));
    out.push_back(norm_case({.shape = {5, 68}}, "+-1e4", Fill::large));
    out.push_back(norm_case({.shape = {5, 68}}, "denormal", Fill::denormal));
    out.push_back(norm_case({.shape = {5, 68}, .residual = true}, "NaN", Fill::with_nan));
    Case equal = norm_case({.shape = {5, 64}}, "equal numbers", Fill::constant);
    equal.f32 = {1e-4, 1e-5};  // the last bit of the mean, magnified by 1 / sqrt(epsilon)
    equal.f16 = {1e-2, 4e-3};
    out.push_back(equal);
    Case far = norm_case({.shape = {5, 256}, .offset = 1000}, "mean far from zero");
    far.f32 = {1e-3, 1e-3};  // of x + 1000 in f32; E[x^2] - mean^2 would be wrong in the first digit
    far.f16 = {2, 2};        // halves near 1000 lie 0.5 apart
    out.push_back(far);
    Case timed = norm_case({.shape = {197, 768}, .residual = true}, "of a ViT");
    timed.timed = true;
    out.push_back(timed);
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return norm_case({.shape = {s[0], s[1]}}, "");
}

}  // namespace

OpReference reference_layer_norm() {
    return {.evaluate = evaluate, .cases = cases, .axes = "TxC", .axis_count = 2, .sized = sized};
}

}  // namespace heed::reference
