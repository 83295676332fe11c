#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/ops.h"
#include "ops/walk.h"
#include "params.h"

namespace heed {

// What attention and attention_weights have in common. Their inputs differ in the third only: v or the statistics.
namespace attention_inputs {
constexpr size_t kQ = 0, kK = 1, kV = 2, kStats = 2, kBias = 3, kKeyLengths = 4, kQueryStarts = 5, kPrefixLengths = 6, kOwners = 7;
}

struct AttentionShape {
    int64_t batch = 0, heads = 0, kv_heads = 0, queries = 0, keys = 0, head = 0;  // B, H, Hkv, T, S, D

    int64_t group() const { return heads / kv_heads; }
};

// Checks q, k and the mask; throws a sentence.
AttentionShape expect_attention(std::string_view op, const Graph& graph, const Node& node);
AttentionShape attention_shape(const Graph& graph, const Node& node);  // of a node that was checked

// What both builders append: `third` is v or the statistics.
std::vector<Tensor> attention_operands(Tensor q, Tensor k, Tensor third, const AttentionOptions& options);
Attributes attention_attributes(Tensor q, const AttentionOptions& options);

// Pairs of a query and a key that it sees, of one head: exactly where shape and mask decide, the most where a run's numbers do.
double attention_pairs(const Graph& graph, const Node& node);
// What a pair's score and its weight before division take: product, scale, bias; compared, less the peak, exp, added.
double attention_score_flops(const AttentionShape& shape, const Node& node);
// Bytes of what both read of keys: of rows with owners no more than there are rows to look at them, and of the owners those rows' alone.
double attention_key_bytes(const Graph& graph, const Node& node, size_t input);
double attention_mask_bytes(const Graph& graph, const Node& node);  // bias, owners and numbers

// How the scores' bias is looked up: BIAS of the kernels.
uint32_t attention_bias_kind(const Node& node);

// Lanes that certainly share a subgroup, of which a CPU's has no more. Size 1: there are none to speak of.
inline uint32_t attention_lanes(const Caps& caps) {
    return std::min(caps.min_subgroup_size, 8u);
}

// Strides the kernels can follow: rows of neighbouring elements that begin at a multiple of four.
bool attention_accepts(const Graph& graph, const Node& node, size_t index, const View& view);

// Fills what params::AttentionParams and params::AttentionWeightsParams share; returns the bindings of q, k and bias.
struct AttentionBindings {
    Binding q, k, bias, owners;
};
template <typename Params>
AttentionBindings set_attention(Params& params, const Lowering& lowering, const Node& node) {
    using namespace attention_inputs;
    const AttentionShape shape = attention_shape(lowering.graph(), node);
    const DType dtype = lowering.value(node.inputs[kQ]).dtype;
    params.heads = index32(shape.heads);
    params.group = index32(shape.group());
    params.queries = index32(shape.queries);
    params.keys = index32(shape.keys);
    params.scale = static_cast<float>(node.attributes.real("scale"));
    params.window_left = index32(node.attributes.integer("window_left", kUnlimited));
    params.window_right = node.attributes.integer("causal") != 0 ? 0 : index32(node.attributes.integer("window_right", kUnlimited));
    params.key_lengths = lowering.dynamic_offset(node.inputs[kKeyLengths]);
    params.query_starts = lowering.dynamic_offset(node.inputs[kQueryStarts]);
    params.prefix_lengths = lowering.dynamic_offset(node.inputs[kPrefixLengths]);

    const View q = lowering.view(node.inputs[kQ]), k = lowering.view(node.inputs[kK]);
    const Window q_window = window(q, dtype, Access::read, lowering.caps()), k_window = window(k, dtype, Access::read, lowering.caps());
    params.q_offset = index32(q_window.offset);
    params.q_batch = index32(q.stride(0));
    params.q_row = index32(q.stride(1));
    params.k_offset = index32(k_window.offset);
    params.k_batch = index32(k.stride(0));
    params.k_row = index32(k.stride(1));
    AttentionBindings bindings{q_window.binding, k_window.binding, q_window.binding, q_window.binding};
    if (node.inputs[kOwners] != kNone) {
        bindings.owners = lowering.read(node.inputs[kOwners]);
        params.owner_keys = index32(lowering.value(node.inputs[kOwners]).shape[1]);
    }
    if (node.inputs[kBias] == kNone) {
        return bindings;
    }
    const View bias = lowering.view(node.inputs[kBias]);
    const Window bias_window = window(bias, dtype, Access::read, lowering.caps());
    bindings.bias = bias_window.binding;
    params.bias_offset = index32(bias_window.offset);
    if (attention_bias_kind(node) == params::kBiasRelative) {
        params.bias_head = index32(bias.stride(0));
        params.bias_row = index32(bias.shape[1] / 2);
        params.bias_column = index32(bias.stride(1));
        return bindings;
    }
    const auto strides = broadcast_strides(bias, Shape{shape.batch, shape.heads, shape.queries, shape.keys});
    params.bias_batch = index32(strides[0]);
    params.bias_head = index32(strides[1]);
    params.bias_row = index32(strides[2]);
    params.bias_column = index32(strides[3]);
    return bindings;
}

}  // namespace heed
