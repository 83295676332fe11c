#include <algorithm>

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

constexpr size_t kQ = 0, kK = 1, kV = 2, kValues = 3, kKeyLengths = 4, kOwners = 5;

void expect_like(std::string_view name, const Value& value, const Shape& shape, const Value& q) {
    if (value.shape != shape || value.dtype != q.dtype) {
        fail(ErrorKind::bad_input, "additive_attention: expected ", q.dtype, shape, " for ", name, ", as q is ", q.dtype, q.shape, ", got ",
             value.dtype, value.shape);
    }
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& q = graph.value(node.inputs[kQ]);
    const Value& k = graph.value(node.inputs[kK]);
    const Value& values = graph.value(node.inputs[kValues]);
    expect_float("additive_attention", "q", q);
    expect_rank("additive_attention", "q", q, 3);
    expect_rank("additive_attention", "k", k, 3);
    expect_rank("additive_attention", "the values", values, 3);
    const int64_t batch = q.shape[0], keys = k.shape[1], rows = node.inputs[kOwners] == kNone ? batch : k.shape[0];
    expect_like("k", k, {rows, keys, q.shape[2]}, q);
    expect_like("v", graph.value(node.inputs[kV]), {q.shape[2]}, q);
    expect_like("the values", values, {rows, keys, values.shape[2]}, q);
    if (node.inputs[kKeyLengths] != kNone) {
        expect_batch_numbers("additive_attention", "key lengths", graph.value(node.inputs[kKeyLengths]), batch);
    }
    if (node.inputs[kOwners] != kNone) {
        const Value& owners = graph.value(node.inputs[kOwners]);
        if (owners.dtype != DType::i32 || owners.shape != Shape{batch}) {
            fail(ErrorKind::bad_input, "additive_attention: expected owners ", DType::i32, Shape{batch}, ", got ", owners.dtype,
                 owners.shape);
        }
    }
    return {{{batch, q.shape[1], values.shape[2]}, q.dtype}, {{batch, q.shape[1], keys}, DType::f32}};
}

void lower(Lowering& lowering, const Node& node) {
    const Value& q = lowering.value(node.inputs[kQ]);
    const Value& values = lowering.value(node.inputs[kValues]);
    const int64_t queries = q.shape[1], keys = values.shape[1];
    const int64_t block = std::min<int64_t>(queries, params::kAdditiveRows);
    params::AdditiveAttentionParams params{};
    params.blocks = groups(queries, block);
    params.rows = index32(q.shape[0] * params.blocks);
    params.queries = index32(queries);
    params.keys = index32(keys);
    params.size = index32(q.shape[2]);
    params.channels = index32(values.shape[2]);
    params.key_rows = index32(values.shape[0]);
    params.key_lengths = lowering.dynamic_offset(node.inputs[kKeyLengths]);
    Binding owners = lowering.dynamics();  // a stand-in, when there are none
    if (node.inputs[kOwners] != kNone) {
        const Window from = read_integers(lowering, node.inputs[kOwners]);
        params.owners = index32(from.offset);
        owners = from.binding;
    }
    const int64_t work = keys * std::max(q.shape[2], values.shape[2]);
    const bool fours = q.shape[2] % 4 == 0 && values.shape[2] % 4 == 0;
    const RowGroups launch = row_groups(lowering, node, params.rows, work, fours ? 1 : work + 1);  // in fours by subgroups, else by none
    Dispatch dispatch;
    dispatch.kernel = launch.kernel;
    dispatch.specialization = {launch.workgroup, launch.rows, index32(block), node.inputs[kOwners] != kNone};
    dispatch.set_push(params);
    dispatch.grid = launch.grid;
    dispatch.bindings = {lowering.read(node.inputs[kQ]),
                         lowering.read(node.inputs[kK]),
                         lowering.read(node.inputs[kV]),
                         lowering.read(node.inputs[kValues]),
                         owners,
                         lowering.dynamics(),
                         lowering.write(node.outputs[0]),
                         lowering.write(node.outputs[1])};
    dispatch.bindings[7].access = Access::read_write;
    lowering.add(std::move(dispatch));
}

// A score is an addition, a tanh and a product for each of its terms, which a kernel of its own each would write and read; then a softmax,
// and the values. Of keys with owners no more are read than there are rows to look at them.
Cost cost(const Graph& graph, const Node& node) {
    const Shape& weights = graph.value(node.outputs[1]).shape;
    const auto scores = static_cast<double>(weights.elements());
    const Value& q = graph.value(node.inputs[kQ]);
    const auto size = static_cast<double>(q.shape[2]), channels = static_cast<double>(graph.value(node.outputs[0]).shape[2]);
    const Shape& keys = graph.value(node.inputs[kK]).shape;
    const double unread = static_cast<double>(std::max<int64_t>(keys[0] - weights[0], 0)) / static_cast<double>(keys[0]);
    return {.flops = scores * (4 * size + 5 + 2 * channels) + static_cast<double>(weights.rows()),
            .bytes = bytes_touched(graph, node) - unread * (bytes_of(graph, node.inputs[kK]) + bytes_of(graph, node.inputs[kValues])),
            .spared = scores * (4 * size + 3) * static_cast<double>(size_of(q.dtype))};
}

}  // namespace

OpDef define_additive_attention() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

AdditiveAttentionResult additive_attention(Tensor q, Tensor k, Tensor v, Tensor values, const AdditiveAttentionOptions& options) {
    expect_present("additive_attention", "q", q);
    expect_present("additive_attention", "k", k);
    expect_present("additive_attention", "v", v);
    expect_present("additive_attention", "the values", values);
    const auto out = append_node(OpKind::additive_attention, {q, k, v, values, options.key_lengths, options.key_owners}, {});
    return {out[0], out[1]};
}

}  // namespace heed
