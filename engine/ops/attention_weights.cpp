#include <algorithm>
#include <numeric>
#include <set>

#include "ops/attention_shape.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/op.h"
#include "params.h"

namespace heed {
namespace {

using namespace attention_inputs;

// The chosen heads in the order of the output; an empty attribute chooses all.
std::vector<int64_t> chosen_heads(const Node& node, int64_t heads) {
    std::vector<int64_t> chosen = node.attributes.integers("chosen");
    if (chosen.empty()) {
        chosen.resize(static_cast<size_t>(heads));
        std::iota(chosen.begin(), chosen.end(), 0);
    }
    return chosen;
}

bool is_all(const std::vector<int64_t>& chosen, int64_t heads) {
    for (size_t i = 0; i < chosen.size(); ++i) {
        if (chosen[i] != static_cast<int64_t>(i)) {
            return false;
        }
    }
    return static_cast<int64_t>(chosen.size()) == heads;
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const AttentionShape shape = expect_attention("attention_weights", graph, node);
    const Value& stats = graph.value(node.inputs[kStats]);
    const Shape expected{shape.batch, shape.heads, shape.queries, 2};
    if (stats.shape != expected || stats.dtype != DType::f32) {
        fail(ErrorKind::bad_input, "attention_weights: expected statistics ", DType::f32, expected,
             " as attention(keep_stats) returns them, got ", stats.dtype, stats.shape);
    }
    const std::vector<int64_t> chosen = chosen_heads(node, shape.heads);
    for (int64_t head : chosen) {
        if (head < 0 || head >= shape.heads) {
            fail(ErrorKind::bad_input, "attention_weights: expected heads below ", shape.heads, ", got head ", head);
        }
    }
    if (!is_all(chosen, shape.heads) && (chosen.size() > params::kListedHeads || shape.heads > 256)) {
        fail(ErrorKind::unsupported, "attention_weights: expected at most ", params::kListedHeads,
             " heads among the first 256, or all, got ", chosen.size(), " of ", shape.heads);
    }
    return {{Shape{shape.batch, static_cast<int64_t>(chosen.size()), shape.queries, shape.keys}, DType::f32}};
}

// Keys and query rows of a workgroup.
struct Block {
    uint32_t workgroup = 1, rows = 1;
};

Block choose_block(Lowering& lowering, const Kernel& kernel) {
    const Caps& caps = lowering.caps();
    if (kernel.strategy == "lanes") {  // a row a lane, all in one subgroup
        return {attention_lanes(caps), attention_lanes(caps)};
    }
    std::vector<Block> blocks{{std::min({64u, caps.max_invocations, caps.max_workgroup_size[0]}), 4}};
    for (uint32_t workgroup : {32u, 64u, 128u}) {
        for (uint32_t rows : {2u, 4u, params::kWeightsRows}) {
            blocks.push_back({workgroup, rows});
        }
    }
    std::vector<Tile> tiles;
    for (const Block& block : blocks) {
        tiles.push_back({text(block.rows, "x", block.workgroup, "/", block.workgroup), has_workgroup(caps, block.workgroup)});
    }
    return blocks[lowering.choose_tile(kernel, tiles)];
}

void lower(Lowering& lowering, const Node& node) {
    const Caps& caps = lowering.caps();
    const AttentionShape shape = attention_shape(lowering.graph(), node);
    const std::vector<int64_t> chosen = chosen_heads(node, shape.heads);
    params::AttentionWeightsParams params{};
    const AttentionBindings inputs = set_attention(params, lowering, node);
    params.chosen = index32(static_cast<int64_t>(chosen.size()));
    params.listed = !is_all(chosen, shape.heads);
    for (size_t i = 0; i < chosen.size() && params.listed != 0; ++i) {
        params.list[i / 4] |= index32(chosen[i]) << (i % 4 * 8);
    }
    const Candidate by_lane{"lanes", attention_lanes(caps) > 1, "subgroups"}, by_row{"rows"};
    const Candidate candidates[] = {few_lanes(caps) ? by_lane : by_row, few_lanes(caps) ? by_row : by_lane};
    Dispatch dispatch;
    dispatch.kernel = &lowering.choose(node, candidates, dtype_suffix(lowering.value(node.inputs[kQ]).dtype));
    const auto [workgroup, rows] = choose_block(lowering, *dispatch.kernel);
    dispatch.specialization = {workgroup, rows, index32(shape.head), attention_bias_kind(node), node.inputs[kOwners] != kNone};
    dispatch.set_push(params);
    dispatch.grid = {groups(shape.keys, workgroup), groups(shape.queries, rows), index32(shape.batch * params.chosen)};
    dispatch.bindings = {inputs.q,
                         inputs.k,
                         inputs.bias,
                         inputs.owners,
                         lowering.dynamics(),
                         lowering.read(node.inputs[kStats]),
                         lowering.write(node.outputs[0])};
    lowering.add(std::move(dispatch));
}

// Of q, k and the statistics only what belongs to the chosen heads; a weight's comparison and addition are in the statistics, but it is
// divided by its row's sum.
Cost cost(const Graph& graph, const Node& node) {
    const AttentionShape shape = attention_shape(graph, node);
    const std::vector<int64_t> chosen = chosen_heads(node, shape.heads);
    std::set<int64_t> heads(chosen.begin(), chosen.end()), kv_heads;
    for (const int64_t head : heads) {
        kv_heads.insert(head / shape.group());
    }
    const double share = static_cast<double>(heads.size()) / static_cast<double>(shape.heads);
    const double kv_share = static_cast<double>(kv_heads.size()) / static_cast<double>(shape.kv_heads);
    const double rows = static_cast<double>(shape.batch * shape.queries) * static_cast<double>(chosen.size());
    return {.flops = static_cast<double>(chosen.size()) * attention_pairs(graph, node) * (attention_score_flops(shape, node) - 1) + rows,
            .bytes = share * (bytes_of(graph, node.inputs[kQ]) + bytes_of(graph, node.inputs[kStats])) +
                     kv_share * attention_key_bytes(graph, node, kK) + attention_mask_bytes(graph, node) +
                     bytes_of(graph, node.outputs[0])};
}

bool accepts(const Graph& graph, const Node& node, size_t index, const View& view) {
    return index != kStats && attention_accepts(graph, node, index, view);
}

}  // namespace

OpDef define_attention_weights() {
    return {.infer = infer, .lower = lower, .cost = cost, .accepts = accepts};
}

Tensor attention_weights(Tensor q, Tensor k, Tensor stats, const AttentionOptions& options, const std::vector<int>& heads) {
    expect_present("attention_weights", "q", q);
    expect_present("attention_weights", "k", k);
    expect_present("attention_weights", "the statistics", stats);
    Attributes attributes = attention_attributes(q, options);
    if (!heads.empty()) {
        attributes.set("chosen", std::vector<int64_t>(heads.begin(), heads.end()));
    }
    return append_node(OpKind::attention_weights, attention_operands(q, k, stats, options), std::move(attributes))[0];
}

}  // namespace heed
