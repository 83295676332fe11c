#include "base/text.h"
#include "ops/activation.h"
#include "ops/ops.h"
#include "reference/activation.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

// Where element (row, column) of the matrix at some batch coordinates lies; heads share the last axis of a packed tensor.
size_t element_at(const Shape& shape, bool packed, int64_t heads, std::vector<int64_t> batch, int64_t row, int64_t column) {
    if (packed) {
        return index_of(shape, {batch[0], row, batch[1] * (shape[2] / heads) + column});
    }
    batch.insert(batch.end(), {row, column});
    return index_of(shape, batch);
}

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto flag = [&](std::string_view name) { return node.attributes.integer(name) != 0; };
    const Array &a = *inputs[0], &b = *inputs[1];
    Array& out = outputs[0];
    const bool a_packed = flag("a_packed"), b_packed = flag("b_packed"), out_packed = flag("out_packed"), transposed = flag("transpose_b");
    const int64_t heads = node.attributes.integer("heads", 1);
    const int64_t columns = out.shape.last() / (out_packed ? heads : 1), inner = a.shape.last() / (a_packed ? heads : 1);
    for (size_t i = 0; i < out.data.size(); ++i) {
        std::vector<int64_t> at = coordinates_of(out.shape, i);
        int64_t row = at[at.size() - 2], column = at.back();
        at.resize(at.size() - 2);
        if (out_packed) {
            at.push_back(column / columns);
            column %= columns;
        }
        const double* x = &a.data[element_at(a.shape, a_packed, heads, at, row, 0)];
        const double* w = &b.data[element_at(b.shape, b_packed, heads, at, transposed ? column : 0, transposed ? 0 : column)];
        const int64_t step = transposed ? 1 : b.shape.last();
        double sum = 0;
        for (int64_t k = 0; k < inner; ++k) {
            sum += x[k] * w[k * step];
        }
        sum = node.attributes.real("scale", 1) * sum + (inputs[2] != nullptr ? inputs[2]->data[static_cast<size_t>(column)] : 0);
        sum = activate(static_cast<Activation>(node.attributes.integer("activation")), sum);
        out.data[i] = sum + (inputs[3] != nullptr ? inputs[3]->data[index_of(inputs[3]->shape, coordinates_of(out.shape, i))] : 0);
    }
}

// A weight as models have it: a constant, whatever dtype the kernels are to read.
Tensor weight(Graph& graph, const char* name, const Shape& shape, DType dtype) {
    std::vector<float> values(static_cast<size_t>(shape.elements()));
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(i * i % 23) * 0.125f - 1.375f;
    }
    const Tensor tensor = graph.constant(name, shape, values);
    graph.edit_value(tensor.id()).dtype = dtype;
    return tensor;
}

struct Operands {
    Shape a, b;
    MatmulOptions options = {};
    bool b_is_weight = false;
    Shape bias = {}, residual = {};  // {}: none
    Fill fill = Fill::lattice;       // of a and, where it is an input, of b; the rest is on a lattice
    bool half_weight = false;        // b in f16 whatever a is
};

std::string flags_of(const Operands& o) {
    std::string out;
    const auto add = [&](bool on, std::string_view word) { out += on ? text(" ", word) : ""; };
    add(o.options.transpose_b, "transposed");
    add(o.options.a_packed, "a packed");
    add(o.options.b_packed, "b packed");
    add(o.options.out_packed, "out packed");
    add(o.options.scale != 1, "scaled");
    add(o.bias.rank() > 0, "bias");
    add(o.options.activation != Activation::none, to_string(o.options.activation));
    add(o.residual.rank() > 0, text("residual ", o.residual));
    add(o.b_is_weight, o.half_weight ? "f16 weight" : "weight");
    return out;
}

void build(const Operands& o, Graph& graph, DType dtype) {
    MatmulOptions options = o.options;
    const Tensor a = graph.input("a", o.a, dtype);
    const DType b_dtype = o.half_weight ? DType::f16 : dtype;
    const Tensor b = o.b_is_weight ? weight(graph, "b", o.b, b_dtype) : graph.input("b", o.b, b_dtype);
    if (o.bias.rank() > 0) {
        options.bias = graph.input("bias", o.bias, dtype);
    }
    if (o.residual.rank() > 0) {
        options.residual = graph.input("residual", o.residual, dtype);
    }
    graph.output("c", matmul(a, b, options));
}

Case matmul_case(const Operands& o, std::string_view note = "") {
    Case made{.name = text(o.a, " x ", o.b, flags_of(o), note),
              .build = [o](Graph& graph, DType dtype) { build(o, graph, dtype); },
              .fills = {{"a", o.fill}}};
    if (!o.b_is_weight) {
        made.fills["b"] = o.fill;
    }
    if (o.bias.rank() > 0) {
        made.fills["bias"] = Fill::lattice;
    }
    if (o.residual.rank() > 0) {
        made.fills["residual"] = Fill::lattice;
    }
    if (o.fill == Fill::lattice && o.options.activation == Activation::none && o.options.scale == 1) {
        made.f32 = {0, 0};
        made.f16 = {0, 1e-3};  // one rounding, of the result
    }
    return made;
}

void add_shapes(std::vector<Case>& out) {
    const MatmulOptions transposed{.transpose_b = true};
    for (const bool is_weight : {false, true}) {
        out.push_back(matmul_case({.a = {1, 1}, .b = {1, 1}, .b_is_weight = is_weight}));
        out.push_back(matmul_case({.a = {7, 13}, .b = {13, 5}, .b_is_weight = is_weight}));
        out.push_back(matmul_case({.a = {67, 77}, .b = {77, 133}, .b_is_weight = is_weight, .bias = {133}}));
        out.push_back(matmul_case({.a = {130, 36}, .b = {36, 132}, .b_is_weight = is_weight, .residual = {130, 132}}));
        out.push_back(matmul_case({.a = {19, 44}, .b = {72, 44}, .options = transposed, .b_is_weight = is_weight, .bias = {72}}));
        out.push_back(matmul_case({.a = {17, 31}, .b = {67, 31}, .options = transposed, .b_is_weight = is_weight}));
        out.push_back(matmul_case({.a = {1, 129}, .b = {129, 70}, .b_is_weight = is_weight, .bias = {70}}));
        out.push_back(matmul_case({.a = {1, 128}, .b = {203, 128}, .options = transposed, .b_is_weight = is_weight, .residual = {1, 203}}));
        out.push_back(matmul_case({.a = {5, 37}, .b = {66, 37}, .options = transposed, .b_is_weight = is_weight, .bias = {66}}));
    }
    out.push_back(matmul_case({.a = {8, 60}, .b = {60, 64}, .b_is_weight = true}));
    out.push_back(matmul_case({.a = {2, 3, 17, 19}, .b = {2, 3, 19, 23}}));
    out.push_back(matmul_case({.a = {2, 1, 5, 8}, .b = {3, 8, 12}, .residual = {5, 12}}));
    out.push_back(matmul_case({.a = {3, 5, 24}, .b = {24, 20}, .b_is_weight = true, .bias = {20}, .residual = {20}}));
    out.push_back(matmul_case({.a = {2, 3, 2, 4, 6}, .b = {2, 1, 2, 6, 8}}, " three batch axes"));
    for (const DType mixed : {DType::f16}) {
        const bool half = mixed == DType::f16;
        out.push_back(
            matmul_case({.a = {21, 40}, .b = {68, 40}, .options = transposed, .b_is_weight = true, .bias = {68}, .half_weight = half}));
        out.push_back(matmul_case({.a = {2, 37}, .b = {37, 35}, .b_is_weight = true, .half_weight = half}));
    }
}

void add_heads(std::vector<Case>& out) {
    for (const int64_t size : {8, 5}) {
        const Shape queries{2, 5, 3 * size}, keys{2, 19, 3 * size};
        out.push_back(
            matmul_case({.a = queries, .b = keys, .options = {.transpose_b = true, .heads = 3, .a_packed = true, .b_packed = true}}));
        out.push_back(matmul_case({.a = {2, 3, 21, 19},
                                   .b = keys,
                                   .options = {.heads = 3, .b_packed = true, .out_packed = true},
                                   .residual = {2, 21, 3 * size}}));
    }
}

// Operands that are views of wider or turned tensors.
void add_views(std::vector<Case>& out) {
    out.push_back({.name = "[2,9,12] of columns x [5,12] turned",
                   .build =
                       [](Graph& graph, DType dtype) {
                           const Tensor a = slice(graph.input("a", {2, 9, 40}, dtype), 2, 8, 20);
                           const Tensor b = permute(graph.input("b", {5, 12}, dtype), {1, 0});  // [5,12] -> [12,5]
                           graph.output("c", matmul(a, b));
                       },
                   .fills = {{"a", Fill::lattice}, {"b", Fill::lattice}},
                   .f32 = {0, 0},
                   .f16 = {0, 1e-3}});
}

void add_numbers(std::vector<Case>& out) {
    for (int code = 0; code < 8; ++code) {
        const auto activation = static_cast<Activation>(code);
        const MatmulOptions options{.scale = 0.125, .activation = activation};
        out.push_back(
            matmul_case({.a = {18, 23}, .b = {23, 69}, .options = options, .bias = {69}, .residual = {18, 69}, .fill = Fill::normal}));
        if (activation != Activation::none && activation != Activation::exp) {
            out.push_back(matmul_case({.a = {18, 3},
                                       .b = {3, 69},
                                       .options = {.scale = 0.125, .activation = activation},
                                       .b_is_weight = true,
                                       .fill = Fill::very_low},
                                      " very low"));
        }
    }
    for (const Fill fill : {Fill::with_nan, Fill::denormal, Fill::constant, Fill::positive}) {
        Case made = matmul_case({.a = {18, 63}, .b = {63, 69}, .fill = fill}, text(" fill ", static_cast<int>(fill)));
        made.f32 = {1e-5, 1e-5};
        out.push_back(made);
    }
    Case large = matmul_case({.a = {18, 63}, .b = {63, 69}, .options = {.scale = 1e-6}, .fill = Fill::large}, " +-1e4");
    large.f32 = large.f16 = {1e-2, 1e-3};
    out.push_back(large);
}

void add_timed(std::vector<Case>& out) {
    const MatmulOptions transposed{.transpose_b = true};
    const Operands shapes[] = {
        {.a = {512, 512}, .b = {512, 512}, .options = transposed, .b_is_weight = true},
        {.a = {197, 768}, .b = {3072, 768}, .options = transposed, .b_is_weight = true, .bias = {3072}},
        {.a = {197, 3072}, .b = {768, 3072}, .options = transposed, .b_is_weight = true, .residual = {197, 768}},
        {.a = {1, 512}, .b = {32000, 512}, .options = transposed, .b_is_weight = true},
        {.a = {1, 197, 768}, .b = {1, 197, 768}, .options = {.transpose_b = true, .heads = 12, .a_packed = true, .b_packed = true}}};
    for (const Operands& o : shapes) {
        Case made = matmul_case(o);
        made.timed = true;
        out.push_back(made);
    }
}

std::vector<Case> cases() {
    std::vector<Case> out;
    add_shapes(out);
    add_heads(out);
    add_views(out);
    add_numbers(out);
    add_timed(out);
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return matmul_case({.a = {s[0], s[2]}, .b = {s[1], s[2]}, .options = {.transpose_b = true}, .b_is_weight = true});
}

}  // namespace

OpReference reference_matmul() {
    return {.evaluate = evaluate, .cases = cases, .axes = "MxNxK", .axis_count = 3, .sized = sized};
}

}  // namespace heed::reference
