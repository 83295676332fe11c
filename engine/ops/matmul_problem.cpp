#include "ops/matmul_problem.h"

#include <algorithm>

#include "base/error.h"
#include "ops/walk.h"

namespace heed {
namespace {

constexpr size_t kA = 0, kB = 1, kResidual = 3;  // inputs

// [B,T,H*D] as [B,H,T,D].
View split_heads(const View& packed, int64_t heads) {
    const int64_t size = packed.shape[2] / heads;
    return {.root = packed.root,
            .offset = packed.offset,
            .shape = {packed.shape[0], heads, packed.shape[1], size},
            .strides = {packed.stride(0), size, packed.stride(1), 1}};
}

// What an operand's shape means: packed heads split off.
Shape logical_shape(const Node& node, const char* name, const char* packed, const Value& value) {
    const Shape& shape = value.constant.packing == Packing::plain ? value.shape : value.constant.shape;
    if (node.attributes.integer(packed) == 0) {
        if (shape.rank() < 2) {
            fail(ErrorKind::bad_input, "matmul: expected at least 2 axes for ", name, ", got ", shape);
        }
        return shape;
    }
    const int64_t heads = node.attributes.integer("heads", 1);
    if (shape.rank() != 3 || heads < 1 || shape[2] % heads != 0) {
        fail(ErrorKind::bad_input, "matmul: expected ", name, " of [B,T,heads*D] with heads=", heads, ", got ", shape);
    }
    return {shape[0], heads, shape[1], shape[2] / heads};
}

Shape leading(const Shape& shape) {
    return Shape(shape.sizes().first(static_cast<size_t>(shape.rank() - 2)));
}

// The view with its batch axes stretched to `batch`.
View stretched(const View& view, const Shape& batch) {
    std::vector<int64_t> sizes(batch.sizes().begin(), batch.sizes().end());
    sizes.insert(sizes.end(), {view.shape[-2], view.shape[-1]});
    const Shape shape(sizes);
    return {.root = view.root, .offset = view.offset, .shape = shape, .strides = broadcast_strides(view, shape)};
}

View operand(const Lowering& lowering, const Node& node, ValueId id, const char* packed, const Shape& batch) {
    const View view = lowering.view(id);
    return stretched(node.attributes.integer(packed) == 0 ? view : split_heads(view, node.attributes.integer("heads", 1)), batch);
}

View narrowed(View view, int axis, int64_t begin, int64_t count) {
    if (view.root != kNone) {
        view.offset += begin * view.stride(axis);
        view.shape = view.shape.with(axis, count);
    }
    return view;
}

// Sets the batch axes of all operands to those a walk over them needs.
void fold_batch(MatmulProblem& problem, const Shape& batch) {
    View* const views[] = {&problem.a, &problem.b, &problem.c, &problem.residual};
    std::vector<std::vector<int64_t>> strides;
    for (View* view : views) {
        const bool present = view->root != kNone;
        strides.emplace_back(view->strides.begin(), present ? view->strides.end() - 2 : view->strides.begin());
        strides.back().resize(static_cast<size_t>(batch.rank()), 0);
    }
    const Walk folded = walk(batch, strides);
    problem.batch = folded.sizes;
    for (size_t i = 0; i < std::size(views); ++i) {
        if (views[i]->root == kNone) {
            continue;
        }
        std::vector<int64_t> sizes = folded.sizes, steps = folded.strides[i];
        sizes.insert(sizes.end(), {views[i]->shape[-2], views[i]->shape[-1]});
        steps.insert(steps.end(), {views[i]->stride(-2), views[i]->stride(-1)});
        views[i]->shape = Shape(sizes);
        views[i]->strides = steps;
    }
}

// A batch axis that B does not have, and along which the other operands' rows simply go on, is more rows.
void batch_into_rows(MatmulProblem& problem) {
    const size_t axis = problem.batch.size() - 1;
    const int64_t count = problem.batch[axis];
    View* const rows[] = {&problem.a, &problem.c, &problem.residual};
    const auto goes_on = [&](const View* view) {
        return view->root == kNone || problem.m == 1 || view->strides[axis] == problem.m * view->stride(-2);
    };
    if (count == 1 || problem.b.strides[axis] != 0 || !std::ranges::all_of(rows, goes_on)) {
        return;
    }
    for (View* view : rows) {
        if (view->root == kNone) {
            continue;
        }
        if (problem.m == 1) {
            view->strides[axis + 1] = view->strides[axis];
        }
        view->shape = view->shape.with(static_cast<int>(axis), 1).with(-2, problem.m * count);
        view->strides[axis] = 0;
    }
    problem.b.shape = problem.b.shape.with(static_cast<int>(axis), 1);
    problem.m *= count;
    problem.batch[axis] = 1;
}

// Takes `count` of a batch axis.
MatmulProblem batch_part(const MatmulProblem& whole, size_t axis, int64_t begin, int64_t count) {
    MatmulProblem part = whole;
    part.batch[axis] = count;
    for (View* view : {&part.a, &part.b, &part.c, &part.residual}) {
        *view = narrowed(*view, static_cast<int>(axis), begin, count);
    }
    return part;
}

MatmulProblem rows_part(const MatmulProblem& whole, int64_t begin, int64_t count) {
    MatmulProblem part = whole;
    part.m = count;
    for (View* view : {&part.a, &part.c, &part.residual}) {
        *view = narrowed(*view, -2, begin, count);
    }
    return part;
}

MatmulProblem columns_part(const MatmulProblem& whole, int64_t begin, int64_t count) {
    MatmulProblem part = whole;
    part.n = count;
    part.first_column += begin;
    part.c = narrowed(part.c, -1, begin, count);
    part.residual = narrowed(part.residual, -1, begin, count);
    const int64_t rows_per = whole.panel == 0 ? 1 : whole.panel;  // columns of the product a row of the stored B holds
    part.b = narrowed(part.b, -2, begin / rows_per, (count + rows_per - 1) / rows_per);
    return part;
}

uint64_t bytes_bound(const View& view, const Lowering& lowering) {
    return view.root == kNone ? 0 : window(view, lowering.value(view.root).dtype, Access::read, lowering.caps()).binding.size;
}

int64_t pieces(uint64_t bytes, uint64_t limit) {
    return static_cast<int64_t>((bytes + limit - 1) / limit);
}

}  // namespace

MatmulSizes matmul_sizes(const Graph& graph, const Node& node) {
    const Shape a = logical_shape(node, "a", "a_packed", graph.value(node.inputs[kA]));
    const Shape b = logical_shape(node, "b", "b_packed", graph.value(node.inputs[kB]));
    const bool transposed = node.attributes.integer("transpose_b") != 0;
    const int64_t k = transposed ? b[-1] : b[-2];
    if (a[-1] != k) {
        fail(ErrorKind::bad_input, "matmul: expected as many columns of a as ", transposed ? "columns" : "rows", " of b, got ", a, " and ",
             b, transposed ? " transposed" : "");
    }
    const Shape outer_a = leading(a), outer_b = leading(b);
    for (int axis = 1; axis <= std::min(outer_a.rank(), outer_b.rank()); ++axis) {
        if (outer_a[-axis] != outer_b[-axis] && outer_a[-axis] != 1 && outer_b[-axis] != 1) {
            fail(ErrorKind::bad_input, "matmul: expected batch axes that are equal or 1, got ", a, " and ", b);
        }
    }
    return {.batch = broadcast(outer_a, outer_b), .m = a[-2], .n = transposed ? b[-2] : b[-1], .k = k};
}

MatmulProblem matmul_problem(const Lowering& lowering, const Node& node) {
    const MatmulSizes sizes = matmul_sizes(lowering.graph(), node);
    const Value& b = lowering.value(node.inputs[kB]);
    const Packing packing = b.constant.packing;
    const bool panels = packing == Packing::panels || packing == Packing::transposed_panels;
    MatmulProblem problem{.m = sizes.m, .n = sizes.n, .k = sizes.k, .batch = {}, .a = {}, .b = {}, .c = {}, .residual = {}};
    problem.transpose_b = packing == Packing::plain && node.attributes.integer("transpose_b") != 0;
    problem.a = operand(lowering, node, node.inputs[kA], "a_packed", sizes.batch);
    if (panels) {  // [..,panels,K,panel], a panel as one row
        problem.panel = b.constant.panel;
        std::vector<int64_t> joined(b.shape.sizes().begin(), b.shape.sizes().end() - 2);
        joined.push_back(b.shape[-2] * b.shape[-1]);
        problem.b = stretched(contiguous_view(node.inputs[kB], Shape(joined)), sizes.batch);
    } else {
        problem.b = operand(lowering, node, node.inputs[kB], "b_packed", sizes.batch);
        if (problem.b.shape[-1] > 1 && problem.b.stride(-1) != 1) {  // rows and columns changed places in a permute
            std::swap(problem.b.strides[problem.b.strides.size() - 1], problem.b.strides[problem.b.strides.size() - 2]);
            problem.b.shape = problem.b.shape.with(-1, problem.b.shape[-2]).with(-2, problem.b.shape[-1]);
            problem.transpose_b = !problem.transpose_b;
        }
    }
    problem.c = operand(lowering, node, node.outputs[0], "out_packed", sizes.batch);
    problem.residual.root = kNone;
    if (node.inputs[kResidual] != kNone) {
        const View view = lowering.view(node.inputs[kResidual]);
        const bool packed = node.attributes.integer("out_packed") != 0;
        const Shape& out = lowering.value(node.outputs[0]).shape;
        const View whole{.root = view.root, .offset = view.offset, .shape = out, .strides = broadcast_strides(view, out)};
        problem.residual = stretched(packed ? split_heads(whole, node.attributes.integer("heads", 1)) : whole, sizes.batch);
    }
    fold_batch(problem, sizes.batch);
    batch_into_rows(problem);
    return problem;
}

void for_each_piece(MatmulProblem problem, const Lowering& lowering, const std::function<void(const MatmulProblem&)>& emit) {
    const Caps& caps = lowering.caps();
    const uint64_t limit = caps.max_binding_range;
    const auto cut = [&](int64_t size, int64_t parts, int64_t unit, const auto& part) {
        const int64_t step = std::max(unit, size / parts / unit * unit);
        for (int64_t begin = 0; begin < size; begin += step) {
            for_each_piece(part(begin, std::min(step, size - begin)), lowering, emit);
        }
    };
    const uint64_t rows_bytes =
        std::max({bytes_bound(problem.a, lowering), bytes_bound(problem.c, lowering), bytes_bound(problem.residual, lowering)});
    const uint64_t b_bytes = bytes_bound(problem.b, lowering);
    const int64_t inner = problem.batch.back(), outer = problem.batch.size() > 1 ? problem.batch[problem.batch.size() - 2] : 1;
    for (size_t axis = 0; axis < problem.batch.size(); ++axis) {
        const int64_t count = problem.batch[axis];
        const bool third = problem.batch.size() - axis > 2;
        const bool too_many = outer * inner > caps.max_workgroup_count[2];
        if (count > 1 && (third || too_many || rows_bytes > limit || b_bytes > limit)) {
            const int64_t parts = third ? count : 2;
            return cut(count, parts, 1, [&](int64_t begin, int64_t size) { return batch_part(problem, axis, begin, size); });
        }
    }
    const int64_t unit = problem.panel != 0 ? problem.panel : 64;
    if (rows_bytes > limit && problem.m > 1) {
        return cut(problem.m, pieces(rows_bytes, limit) + 1, 1,
                   [&](int64_t begin, int64_t size) { return rows_part(problem, begin, size); });
    }
    if (b_bytes > limit && (problem.transpose_b || problem.panel != 0) && problem.n > unit) {
        return cut(problem.n, pieces(b_bytes, limit) + 1, unit,
                   [&](int64_t begin, int64_t size) { return columns_part(problem, begin, size); });
    }
    if (std::max(rows_bytes, b_bytes) > limit) {
        fail(ErrorKind::unsupported, "matmul: expected operands whose rows fit one binding of ", limit, " bytes, got ", problem.m, "x",
             problem.n, "x", problem.k, b_bytes > limit && !problem.transpose_b ? " with a B that cannot be cut by columns" : "");
    }
    emit(problem);
}

}  // namespace heed
