#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "ops/attention_shape.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/op.h"
#include "params.h"

namespace heed {
namespace {

using namespace attention_inputs;

// What the strategies' dispatches are made of.
struct Call {
    AttentionShape shape;
    params::AttentionParams params{};
    AttentionBindings inputs = {};
    Binding v = {}, out = {}, stats = {};
    uint32_t bias = 0;
    bool owned = false, keep_stats = false;
};

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const AttentionShape shape = expect_attention("attention", graph, node);
    const Value& q = graph.value(node.inputs[kQ]);
    const Value& k = graph.value(node.inputs[kK]);
    const Value& v = graph.value(node.inputs[kV]);
    if (v.shape != k.shape || v.dtype != k.dtype) {
        fail(ErrorKind::bad_input, "attention: expected v like k, ", k.dtype, k.shape, ", got ", v.dtype, v.shape);
    }
    std::vector<OutputType> outputs{{q.shape, q.dtype}};
    if (node.attributes.integer("stats") != 0) {
        outputs.push_back({Shape{shape.batch, shape.heads, shape.queries, 2}, DType::f32});
    }
    return outputs;
}

double bytes_of_outputs(const Graph& graph, const Node& node) {
    return bytes_of(graph, node.outputs[0]) + (node.outputs.size() > 1 ? bytes_of(graph, node.outputs[1]) : 0);
}

// Everything up to the rows of weighted values that are still to be divided by their sums.
Cost cost_of_scores(const Graph& graph, const Node& node) {
    const AttentionShape shape = attention_shape(graph, node);
    const double pairs = static_cast<double>(shape.heads) * attention_pairs(graph, node);
    return {.flops = pairs * (attention_score_flops(shape, node) + 2 * static_cast<double>(shape.head)),
            .bytes = bytes_of(graph, node.inputs[kQ]) + attention_key_bytes(graph, node, kK) + attention_key_bytes(graph, node, kV) +
                     attention_mask_bytes(graph, node),
            .spared = 4 * pairs * static_cast<double>(size_of(graph.value(node.outputs[0]).dtype))};  // scores, weights: out and in
}

// ---- lanes: a query row an invocation, keys handed round a CPU's short subgroup ----

Dispatch lanes(Lowering& lowering, const Kernel& kernel, const Call& call) {
    const uint32_t lanes = attention_lanes(lowering.caps());
    const uint32_t usual = call.shape.head <= 128 ? 2 : 1;  // more would take long to compile
    const uint32_t steps[] = {usual, 1, 2, 4};
    std::vector<Tile> tiles;
    for (uint32_t step : steps) {
        tiles.push_back({text(lanes, "x", step, "/", lanes), step < 4 || call.shape.head <= 64});
    }
    const uint32_t step = steps[lowering.choose_tile(kernel, tiles)];
    Dispatch dispatch;
    dispatch.specialization = {lanes, lanes, index32(call.shape.head), step, call.bias, call.owned, call.keep_stats};
    dispatch.grid = {groups(call.shape.queries, lanes), index32(call.shape.heads), index32(call.shape.batch)};
    dispatch.bindings = {call.inputs.q,      call.inputs.k,        call.v,   call.inputs.bias,
                         call.inputs.owners, {.value = kDynamics}, call.out, call.stats};
    return dispatch;
}

// ---- tiled: blocks of rows against tiles of keys in shared memory ----

struct Tiles {
    uint32_t row_groups = 8, column_groups = 8, rows = 2, keys = 4;

    uint32_t tile_rows() const { return row_groups * rows; }
    uint32_t tile_keys() const { return column_groups * keys; }
    std::string name() const { return text(tile_rows(), "x", tile_keys(), "/", row_groups * column_groups); }
    bool fits(int64_t head) const {
        return (tile_rows() + tile_keys()) * (head / 4 + 1) <= params::kTileVecs && tile_rows() * tile_keys() <= params::kTileWeights &&
               tile_rows() * column_groups <= params::kTilePeaks;
    }
};

constexpr uint32_t kTiledShared = params::kTileVecs * 16 + (params::kTileWeights + params::kTilePeaks) * 4;

// The largest tiles that shared memory holds: first fewer keys, then fewer rows. Then all others, which are there to be tried.
Tiles choose_tiles(Lowering& lowering, const Kernel& kernel, int64_t head) {
    const Tiles every[] = {{8, 8, 2, 4},  {8, 8, 2, 3},  {8, 8, 1, 4}, {8, 8, 1, 3}, {8, 8, 1, 2}, {4, 8, 1, 1},
                           {16, 8, 1, 4}, {16, 8, 1, 2}, {4, 8, 2, 4}, {4, 8, 2, 2}, {4, 8, 1, 4}, {8, 16, 1, 2}};
    const std::span usual = std::span(every).first(6);
    std::vector<Tiles> shapes;
    shapes.push_back(*std::ranges::find_if(usual, [&](const Tiles& shape) { return shape.fits(head); }));
    for (const Tiles& shape : every) {
        shapes.push_back(shape);
    }
    std::vector<Tile> tiles;
    for (const Tiles& shape : shapes) {
        tiles.push_back({shape.name(), shape.fits(head) && has_workgroup(lowering.caps(), shape.row_groups * shape.column_groups)});
    }
    return shapes[lowering.choose_tile(kernel, tiles)];
}

Dispatch tiled(Lowering& lowering, const Kernel& kernel, const Call& call) {
    const Tiles tiles = choose_tiles(lowering, kernel, call.shape.head);
    Dispatch dispatch;
    dispatch.specialization = {tiles.row_groups * tiles.column_groups,
                               tiles.row_groups,
                               tiles.column_groups,
                               tiles.rows,
                               tiles.keys,
                               index32(call.shape.head),
                               call.bias,
                               call.owned,
                               call.keep_stats};
    dispatch.grid = {groups(call.shape.queries, tiles.tile_rows()), index32(call.shape.heads), index32(call.shape.batch)};
    dispatch.bindings = {call.inputs.q,      call.inputs.k,        call.v,   call.inputs.bias,
                         call.inputs.owners, {.value = kDynamics}, call.out, call.stats};
    return dispatch;
}

// ---- split and join: few rows, many keys ----

constexpr int64_t kFewRows = 4, kManyKeys = 128, kFewestSplitKeys = 64, kEnoughGroups = 64;
constexpr uint32_t kSplitShared = params::kSplitRows * (params::kHeadVecs * 16 + params::kSplitKeys * 4) + params::kRowInvocations * 20;

struct Split {
    int64_t keys = 0;
    uint32_t workgroup = 1;
};

// First as many parts as keep the device busy, then parts of other sizes.
Split choose_split(Lowering& lowering, const Kernel& kernel, const AttentionShape& shape, int64_t rows, int64_t blocks) {
    const int64_t wanted = std::max<int64_t>(groups(kEnoughGroups, blocks * shape.batch), groups(shape.keys, params::kSplitKeys));
    const int64_t keys = std::clamp<int64_t>(groups(shape.keys, wanted), kFewestSplitKeys, params::kSplitKeys);
    std::vector<Split> splits{{keys, few_lanes(lowering.caps()) ? 16u : 128u}};
    for (int64_t tried : {kFewestSplitKeys, 2 * kFewestSplitKeys, int64_t{params::kSplitKeys}}) {
        for (uint32_t workgroup : {16u, 128u}) {
            splits.push_back({tried, workgroup});
        }
    }
    std::vector<Tile> tiles;
    for (const Split& split : splits) {
        tiles.push_back({text(rows, "x", split.keys, "/", split.workgroup), has_workgroup(lowering.caps(), split.workgroup)});
    }
    return splits[lowering.choose_tile(kernel, tiles)];
}

// A part of a row is compared, has the highest peak taken off its own, an exp, and multiply-adds of its sum and values.
Cost cost_of_join(const AttentionShape& shape, uint32_t parts) {
    const double rows = static_cast<double>(shape.batch * shape.heads * shape.queries), head = static_cast<double>(shape.head);
    return {.flops = rows * (parts * (5 + 2 * head) + head + 1), .bytes = rows * parts * (head + 4) * sizeof(float)};
}

void split_and_join(Lowering& lowering, const Node& node, const Kernel& split, Call call) {
    const Caps& caps = lowering.caps();
    const AttentionShape& shape = call.shape;
    const ValueId key_lengths = node.inputs[kKeyLengths];
    const int64_t rows = std::min<int64_t>(shape.queries * shape.group(), params::kSplitRows);
    const int64_t blocks = groups(shape.queries * shape.group(), rows) * shape.kv_heads;
    const auto [split_keys, workgroup] = choose_split(lowering, split, shape, rows, blocks);
    call.params.split_keys = index32(split_keys);
    call.params.splits = groups(shape.keys, split_keys);
    const ValueId partial =
        lowering.scratch("attention parts", Shape{shape.batch, shape.heads, shape.queries, call.params.splits, shape.head + 4}, DType::f32);
    Dispatch dispatch;
    dispatch.kernel = &split;
    dispatch.specialization = {workgroup, index32(rows), index32(shape.head), call.bias, call.owned};
    dispatch.set_push(call.params);
    dispatch.grid = {call.params.splits, index32(blocks), index32(shape.batch)};
    dispatch.cost = cost_of_scores(lowering.graph(), node);
    dispatch.cost.bytes += bytes_of(lowering.graph(), partial);
    if (key_lengths != kNone) {  // a step early in a long cache dispatches few splits
        dispatch.indirect = IndirectGrid{.dynamic = key_lengths, .axis = 0, .times = 1, .per = call.params.split_keys};
    }
    dispatch.bindings = {call.inputs.q,       call.inputs.k,          call.v, call.inputs.bias, call.inputs.owners,
                         lowering.dynamics(), lowering.write(partial)};
    lowering.add(std::move(dispatch));

    Dispatch join;
    join.kernel = &lowering.kernel("attention", "join", split.dtype);
    join.specialization = {few_lanes(caps) ? 8u : 32u, index32(shape.head), call.keep_stats};
    join.set_push(call.params);
    join.grid = {index32(shape.queries), index32(shape.heads), index32(shape.batch)};
    join.bindings = {lowering.read(partial), lowering.dynamics(), call.out, call.stats};
    join.cost = cost_of_join(shape, call.params.splits);
    join.cost.bytes += bytes_of_outputs(lowering.graph(), node);
    lowering.add(std::move(join));
}

void lower(Lowering& lowering, const Node& node) {
    const Caps& caps = lowering.caps();
    const DType dtype = lowering.value(node.inputs[kQ]).dtype;
    Call call{.shape = attention_shape(lowering.graph(), node)};
    call.inputs = set_attention(call.params, lowering, node);
    const View v = lowering.view(node.inputs[kV]);
    const Window v_window = window(v, dtype, Access::read, caps);
    call.params.v_offset = index32(v_window.offset);
    call.params.v_batch = index32(v.stride(0));
    call.params.v_row = index32(v.stride(1));
    call.v = v_window.binding;
    call.keep_stats = node.outputs.size() > 1;
    call.out = lowering.write(node.outputs[0]);
    call.stats = lowering.write(call.keep_stats ? node.outputs[1] : node.outputs[0]);
    call.bias = attention_bias_kind(node);
    call.owned = node.inputs[kOwners] != kNone;

    const bool decoding = call.shape.queries <= kFewRows && call.shape.keys >= kManyKeys;
    const Candidate split{"split", call.shape.queries <= kFewRows && caps.shared_bytes >= kSplitShared,
                          "at most 4 query rows, and shared memory for them"};
    const Candidate tiles{"tiled", caps.shared_bytes >= kTiledShared, "15.5 KiB of shared memory"};
    const Candidate by_lanes{"lanes", caps.min_subgroup_size > 1, "subgroups"};
    std::vector<Candidate> candidates = few_lanes(caps) ? std::vector{by_lanes, tiles} : std::vector{tiles, by_lanes};
    // where keys are handed round in registers anyway, splitting them pays only if several heads share what was read
    const bool splits = decoding && (!few_lanes(caps) || call.shape.group() > 1);
    candidates.insert(splits ? candidates.begin() : candidates.end(), split);
    const Kernel& kernel = lowering.choose(node, candidates, dtype_suffix(dtype));
    if (kernel.strategy == "split") {
        split_and_join(lowering, node, kernel, call);
        return;
    }
    Dispatch dispatch = kernel.strategy == "lanes" ? lanes(lowering, kernel, call) : tiled(lowering, kernel, call);
    dispatch.kernel = &kernel;
    dispatch.set_push(call.params);
    lowering.add(std::move(dispatch));
}

Cost cost(const Graph& graph, const Node& node) {
    const AttentionShape shape = attention_shape(graph, node);
    const double rows = static_cast<double>(shape.batch * shape.heads * shape.queries);
    Cost cost = cost_of_scores(graph, node);
    cost.flops += rows * static_cast<double>(shape.head + 1);  // the sum's reciprocal, and what it makes of the row
    cost.bytes += bytes_of_outputs(graph, node);
    return cost;
}

}  // namespace

OpDef define_attention() {
    return {.infer = infer, .lower = lower, .cost = cost, .accepts = attention_accepts};
}

AttentionResult attention(Tensor q, Tensor k, Tensor v, const AttentionOptions& options) {
    expect_present("attention", "q", q);
    expect_present("attention", "k", k);
    expect_present("attention", "v", v);
    Attributes attributes = attention_attributes(q, options);
    if (options.keep_stats) {
        attributes.set("stats", int64_t{1});
    }
    const auto out = append_node(OpKind::attention, attention_operands(q, k, v, options), std::move(attributes));
    return {out[0], options.keep_stats ? out[1] : Tensor()};
}

}  // namespace heed
