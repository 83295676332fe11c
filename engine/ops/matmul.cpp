#include "base/error.h"
#include "ops/activation.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/matmul_kernels.h"
#include "ops/matmul_problem.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {
namespace {

constexpr size_t kA = 0, kB = 1, kBias = 2, kResidual = 3;  // inputs

Shape output_shape(const Node& node, const MatmulSizes& sizes) {
    std::vector<int64_t> out(sizes.batch.sizes().begin(), sizes.batch.sizes().end());
    if (node.attributes.integer("out_packed") == 0) {
        out.insert(out.end(), {sizes.m, sizes.n});
        return Shape(out);
    }
    const int64_t heads = node.attributes.integer("heads", 1);
    if (sizes.batch.rank() != 2 || sizes.batch[1] != heads) {
        fail(ErrorKind::bad_input, "matmul: expected batch axes [B,", heads, "] to pack ", heads, " heads of the output, got ",
             sizes.batch);
    }
    return {sizes.batch[0], sizes.m, heads * sizes.n};
}

// Whether `shape` is `whole` without some of its leading axes.
bool trails(const Shape& shape, const Shape& whole) {
    bool same = shape.rank() <= whole.rank();
    for (int axis = 1; same && axis <= shape.rank(); ++axis) {
        same = shape[-axis] == whole[-axis];
    }
    return same;
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& a = graph.value(node.inputs[kA]);
    const Value& b = graph.value(node.inputs[kB]);
    expect_float("matmul", "a", a);
    expect_float("matmul", "b", b);
    if (a.dtype != b.dtype && b.dtype != DType::f16) {
        fail(ErrorKind::bad_input, "matmul: expected b in f16 or in a's ", a.dtype, ", got ", b.dtype, b.shape);
    }
    const MatmulSizes sizes = matmul_sizes(graph, node);
    const Shape out = output_shape(node, sizes);
    if (node.inputs[kBias] != kNone) {
        const Value& bias = graph.value(node.inputs[kBias]);
        expect_dtype("matmul", "the bias", bias, a.dtype);
        if (bias.shape != Shape{sizes.n}) {
            fail(ErrorKind::bad_input, "matmul: expected a bias of [", sizes.n, "], got ", bias.shape);
        }
    }
    if (node.inputs[kResidual] != kNone) {
        const Value& residual = graph.value(node.inputs[kResidual]);
        expect_dtype("matmul", "the residual", residual, a.dtype);
        if (residual.shape.rank() < 1 || !trails(residual.shape, out)) {
            fail(ErrorKind::bad_input, "matmul: expected a residual of ", out, " or without leading axes of it, got ", residual.shape);
        }
    }
    return {{out, a.dtype}};
}

// Kernels take rows of neighbours, wherever the rows lie; B may also have its rows and columns changed over.
bool accepts(const Graph&, const Node& node, size_t index, const View& view) {
    const bool neighbours = view.shape.rank() > 0 && (view.shape[-1] == 1 || view.stride(-1) == 1);
    if (index == kB && node.attributes.integer("b_packed") == 0) {
        return neighbours || (view.shape.rank() > 1 && view.stride(-2) == 1);
    }
    return index != kBias && neighbours;
}

// Whether an operand's rows can be read four elements at a time: every row begins at a multiple of four.
bool in_fours(const View& view, int64_t offset, int64_t columns) {
    bool fours = offset % 4 == 0 && columns % 4 == 0;
    for (int axis = 0; axis < view.shape.rank() - 1; ++axis) {
        fours &= view.shape[axis] == 1 || view.stride(axis) % 4 == 0;
    }
    return fours;
}

struct Strides {
    uint32_t row = 0, outer = 0, inner = 0;
};

Strides strides_of(const View& view) {
    const auto stride = [&](int axis) { return view.shape.rank() + axis < 0 || view.shape[axis] == 1 ? 0u : index32(view.stride(axis)); };
    return {stride(-2), stride(-4), stride(-3)};
}

struct Windows {
    Window a, b, c, residual;
};

params::MatmulParams push_of(const Node& node, const MatmulProblem& problem, const Windows& windows) {
    const Strides a = strides_of(problem.a), b = strides_of(problem.b), c = strides_of(problem.c);
    const Strides r = problem.residual.root == kNone ? Strides{} : strides_of(problem.residual);
    const int64_t panel = problem.panel != 0 ? problem.panel : problem.n;
    return {.M = index32(problem.m),
            .N = index32(problem.n),
            .K = index32(problem.k),
            .inner = index32(problem.batch.back()),
            .a_offset = index32(windows.a.offset),
            .a_row = a.row,
            .a_outer = a.outer,
            .a_inner = a.inner,
            .b_offset = index32(windows.b.offset),
            .b_row = problem.panel != 0 ? index32(panel) : b.row,
            .b_outer = b.outer,
            .b_inner = b.inner,
            .c_offset = index32(windows.c.offset),
            .c_row = c.row,
            .c_outer = c.outer,
            .c_inner = c.inner,
            .r_offset = index32(windows.residual.offset),
            .r_row = r.row,
            .r_outer = r.outer,
            .r_inner = r.inner,
            .scale = static_cast<float>(node.attributes.real("scale", 1)),
            .panel = index32(panel),
            .bias_offset = index32(problem.first_column)};
}

uint32_t fours_of(const MatmulProblem& problem, const Windows& windows) {
    const bool b_fours = in_fours(problem.b, windows.b.offset,
                                  problem.panel != 0    ? problem.panel
                                  : problem.transpose_b ? problem.k
                                                        : problem.n);
    const bool c_fours = in_fours(problem.c, windows.c.offset, problem.n) &&
                         (problem.residual.root == kNone || in_fours(problem.residual, windows.residual.offset, problem.n));
    return (in_fours(problem.a, windows.a.offset, problem.k) ? params::kFoursA : 0) | (b_fours ? params::kFoursB : 0) |
           (c_fours ? params::kFoursC : 0);
}

// What each number of the output takes: the product, then scale, bias, activation and residual; the last three would be kernels of their
// own that each read and write it.
Cost cost_of_products(const Graph& graph, const Node& node, double outputs, double k, double bytes) {
    const double bias = node.inputs[kBias] != kNone ? 1 : 0, residual = node.inputs[kResidual] != kNone ? 1 : 0;
    const double scale = node.attributes.real("scale", 1) != 1 ? 1 : 0;
    const auto activation = static_cast<Activation>(node.attributes.integer("activation"));
    const double parts = bias + residual + (activation != Activation::none ? 1 : 0);
    return {.flops = outputs * (2 * k + scale + bias + flops_of(activation) + residual),
            .bytes = bytes,
            .spared = 2 * parts * outputs * static_cast<double>(size_of(graph.value(node.outputs[0]).dtype))};
}

// Elements of a view, those that are met again and again along an axis counted once.
double distinct(const View& view) {
    double elements = view.root == kNone ? 0 : 1;
    for (int axis = 0; axis < view.shape.rank(); ++axis) {
        elements *= view.stride(axis) == 0 ? 1 : static_cast<double>(view.shape[axis]);
    }
    return elements;
}

Cost cost_of_piece(const Graph& graph, const Node& node, const MatmulProblem& problem) {
    View b = problem.b;  // without what panels are padded with
    b.shape = b.shape.with(-1, problem.transpose_b || problem.panel != 0 ? problem.k : problem.n);
    b.shape = b.shape.with(-2, problem.transpose_b || problem.panel != 0 ? problem.n : problem.k);
    const double bias = node.inputs[kBias] != kNone ? static_cast<double>(problem.n) : 0, outputs = distinct(problem.c);
    const auto bytes = [&](double elements, ValueId like) { return elements * static_cast<double>(size_of(graph.value(like).dtype)); };
    return cost_of_products(
        graph, node, outputs, static_cast<double>(problem.k),
        bytes(distinct(problem.a) + bias + distinct(problem.residual) + outputs, node.outputs[0]) + bytes(distinct(b), node.inputs[kB]));
}

void lower_piece(Lowering& lowering, const Node& node, const MatmulProblem& problem) {
    const Caps& caps = lowering.caps();
    const DType dtype = lowering.value(node.outputs[0]).dtype, weights = lowering.value(node.inputs[kB]).dtype;
    const bool has_residual = problem.residual.root != kNone;
    Windows windows{.a = window(problem.a, dtype, Access::read, caps),
                    .b = window(problem.b, weights, Access::read, caps),
                    .c = window(problem.c, dtype, Access::write, caps),
                    .residual = {}};
    windows.residual = has_residual ? window(problem.residual, dtype, Access::read, caps) : Window{windows.a.binding, 0};
    const uint32_t fours = fours_of(problem, windows);

    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, matmul_candidates(caps, problem.m), dtype_suffix(dtype, weights));
    int64_t batch = 1;
    for (int64_t size : problem.batch) {
        batch *= size;
    }
    const std::string_view strategy = dispatch.kernel->strategy;
    const bool along_k = problem.transpose_b && (fours & params::kFoursB) != 0;
    const TileProblem size{.m = problem.m, .n = problem.n, .batch = batch, .along_k = along_k};
    const TileLaunch launch = choose_launch(lowering, *dispatch.kernel, tile_launches(strategy, size, caps));
    dispatch.specialization = {launch.workgroup,
                               launch.word,
                               problem.transpose_b ? 1u : 0u,
                               static_cast<uint32_t>(node.attributes.integer("activation")),
                               node.inputs[kBias] != kNone ? 1u : 0u,
                               has_residual ? 1u : 0u,
                               fours};
    if (strategy != "tiled") {
        dispatch.specialization.push_back(static_cast<uint32_t>(launch.rows));
    }
    dispatch.set_push(push_of(node, problem, windows));
    dispatch.grid = launch.grid(problem.m, problem.n, batch);
    if (strategy == "row") {
        std::swap(dispatch.grid[0], dispatch.grid[1]);
    }
    const Binding bias = node.inputs[kBias] != kNone ? lowering.read(node.inputs[kBias]) : windows.a.binding;
    dispatch.bindings = {windows.a.binding, windows.b.binding, bias, windows.residual.binding, windows.c.binding};
    const bool same_place = has_residual && lowering.view(node.inputs[kResidual]).contiguous() &&
                            lowering.value(node.inputs[kResidual]).shape == lowering.value(node.outputs[0]).shape;
    dispatch.in_place = same_place ? static_cast<int>(kResidual) : -1;
    dispatch.cost = cost_of_piece(lowering.graph(), node, problem);
    lowering.add(std::move(dispatch));
}

void lower(Lowering& lowering, const Node& node) {
    for_each_piece(matmul_problem(lowering, node), lowering, [&](const MatmulProblem& piece) { lower_piece(lowering, node, piece); });
}

Cost cost(const Graph& graph, const Node& node) {
    return cost_of_products(graph, node, static_cast<double>(graph.value(node.outputs[0]).shape.elements()),
                            static_cast<double>(matmul_sizes(graph, node).k), bytes_touched(graph, node));
}

}  // namespace

OpDef define_matmul() {
    return {.infer = infer, .lower = lower, .cost = cost, .accepts = accepts};
}

Tensor matmul(Tensor a, Tensor b, const MatmulOptions& options) {
    expect_present("matmul", "a", a);
    expect_present("matmul", "b", b);
    Attributes attributes;
    const auto flag = [&](std::string_view name, bool on) {
        if (on) {
            attributes.set(name, int64_t{1});
        }
    };
    flag("transpose_b", options.transpose_b);
    if (options.scale != 1) {
        attributes.set("scale", options.scale);
    }
    if (options.activation != Activation::none) {
        attributes.set("activation", static_cast<int64_t>(options.activation));
    }
    if (options.heads != 1) {
        attributes.set("heads", static_cast<int64_t>(options.heads));
    }
    flag("a_packed", options.a_packed);
    flag("b_packed", options.b_packed);
    flag("out_packed", options.out_packed);
    return append_node(OpKind::matmul, {a, b, options.bias, options.residual}, std::move(attributes))[0];
}

}  // namespace heed
