#include "ops/copy.h"

#include <algorithm>

#include "base/error.h"
#include "ops/flat.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {
namespace {

// Bytes moved at once: the most that every run, stride and offset is a multiple of.
int64_t unit_of(const Walk& axes, const Window& from, const Window& to, DType dtype) {
    const auto bytes = static_cast<int64_t>(size_of(dtype));
    for (int64_t unit : {16, 4}) {
        const int64_t elements = unit / bytes;
        if (elements == 1) {
            return unit;
        }
        const auto whole = [elements](int64_t x) { return x % elements == 0; };
        bool fits = whole(axes.sizes.back()) && whole(from.offset) && whole(to.offset);
        for (const std::vector<int64_t>& strides : axes.strides) {
            fits = fits && strides.back() == 1 && std::all_of(strides.begin(), strides.end() - 1, whole);
        }
        if (fits) {
            return unit;
        }
    }
    return bytes;
}

}  // namespace

void copy_elements(Lowering& lowering, const Node& node, const View& from, const View& to, DType dtype) {
    ensure(from.shape == to.shape, to_string(node.op), ": a copy of ", from.shape, " into ", to.shape);
    const Window source = read_window(lowering, from, dtype);
    const Window target = window(to, dtype, Access::write, lowering.caps());
    const std::vector<int64_t> strides[] = {from.strides, to.strides};
    Walk axes = walk(from.shape, strides);
    const int64_t unit = unit_of(axes, source, target, dtype);
    const int64_t elements = unit / static_cast<int64_t>(size_of(dtype));

    params::CopyParams params{};
    params.count = index32(from.shape.elements() / elements);
    params.from_offset = index32(source.offset / elements);
    params.to_offset = index32(target.offset / elements);
    const size_t last = axes.sizes.size() - 1;
    for (size_t axis = 0; axis <= last; ++axis) {
        params.sizes[axis] = index32(axis == last ? axes.sizes[axis] / elements : axes.sizes[axis]);
        params.from_strides[axis] = index32(axis == last ? axes.strides[0][axis] : axes.strides[0][axis] / elements);
        params.to_strides[axis] = index32(axis == last ? axes.strides[1][axis] : axes.strides[1][axis] / elements);
    }
    const Candidate candidates[] = {{"strided"}};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, "copy", candidates, text("b", unit));
    const FlatLaunch launch = flat_launch(lowering, *dispatch.kernel, params.count);
    dispatch.specialization = {launch.workgroup, static_cast<uint32_t>(axes.sizes.size())};
    dispatch.set_push(params);
    dispatch.grid = launch.grid;
    dispatch.bindings = {source.binding, target.binding};
    dispatch.cost.bytes = 2.0 * static_cast<double>(from.shape.elements()) * static_cast<double>(size_of(dtype));
    lowering.add(std::move(dispatch));
}

Cost copy_cost(const Graph& graph, const Node& node) {
    const Value& out = graph.value(node.outputs.at(0));
    return {.flops = 0, .bytes = 2.0 * static_cast<double>(out.shape.elements()) * static_cast<double>(size_of(out.dtype))};
}

bool accepts_strides(const Graph&, const Node&, size_t, const View&) {
    return true;
}

}  // namespace heed
