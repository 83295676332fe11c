#include "base/error.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "params.h"

namespace heed {
namespace {

// Windows along one axis; a window is never all padding, so there is always something to take the maximum of.
int64_t window_count(const Node& node, const Shape& x, int axis, std::string_view suffix) {
    const int64_t size = node.attributes.integer(text("size_", suffix)), stride = node.attributes.integer(text("stride_", suffix));
    const int64_t pad = node.attributes.integer(text("pad_", suffix));
    if (size < 1 || stride < 1) {
        fail(ErrorKind::bad_input, "max_pool: expected a size and a stride of at least 1, got size_", suffix, " ", size, " and stride_",
             suffix, " ", stride);
    }
    if (pad < 0 || 2 * pad > size) {
        fail(ErrorKind::bad_input, "max_pool: expected pad_", suffix, " from 0 to half of the size ", size, ", got ", pad);
    }
    if (x[axis] + 2 * pad < size) {
        fail(ErrorKind::bad_input, "max_pool: expected a window that fits axis ", axis, " of ", x, " with pad_", suffix, " ", pad,
             ", got size_", suffix, " ", size);
    }
    return (x[axis] + 2 * pad - size) / stride + 1;
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[0]);
    expect_float("max_pool", "x", x);
    expect_rank("max_pool", "x [B,H,W,C]", x, 4);
    return {{{x.shape[0], window_count(node, x.shape, 1, "y"), window_count(node, x.shape, 2, "x"), x.shape[3]}, x.dtype}};
}

void lower(Lowering& lowering, const Node& node) {
    const Value& x = lowering.value(node.inputs[0]);
    const Shape out = lowering.value(node.outputs[0]).shape;
    const auto attribute = [&](std::string_view name) { return index32(node.attributes.integer(name)); };
    const Candidate candidates[] = {{"flat"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(x.dtype));
    const FlatLaunch launch = flat_launch(lowering, *dispatch.kernel, out.elements());
    dispatch.specialization = {launch.workgroup};
    dispatch.set_push(params::MaxPoolParams{.count = index32(out.elements()),
                                            .height = index32(x.shape[1]),
                                            .width = index32(x.shape[2]),
                                            .channels = index32(x.shape[3]),
                                            .out_height = index32(out[1]),
                                            .out_width = index32(out[2]),
                                            .size_y = attribute("size_y"),
                                            .size_x = attribute("size_x"),
                                            .stride_y = attribute("stride_y"),
                                            .stride_x = attribute("stride_x"),
                                            .pad_y = attribute("pad_y"),
                                            .pad_x = attribute("pad_x")});
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[0]), lowering.write(node.outputs[0])};
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    const auto window = static_cast<double>(node.attributes.integer("size_y") * node.attributes.integer("size_x"));
    return {.flops = window * static_cast<double>(graph.value(node.outputs[0]).shape.elements()), .bytes = bytes_touched(graph, node)};
}

}  // namespace

OpDef define_max_pool() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

Tensor max_pool(Tensor x, const MaxPoolOptions& options) {
    expect_present("max_pool", "x", x);
    Attributes attributes;
    attributes.set("size_y", options.size_y).set("size_x", options.size_x);
    attributes.set("stride_y", options.stride_y).set("stride_x", options.stride_x);
    attributes.set("pad_y", options.pad_y).set("pad_x", options.pad_x);
    return append_node(OpKind::max_pool, {x}, std::move(attributes))[0];
}

}  // namespace heed
