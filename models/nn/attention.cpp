#include "models/nn/attention.h"

namespace heed::nn {
namespace {

AttentionShape completed(AttentionShape shape) {
    shape.kv_heads = shape.kv_heads == 0 ? shape.heads : shape.kv_heads;
    if (shape.heads <= 0 || shape.kv_heads <= 0 || shape.heads % shape.kv_heads != 0) {
        fail(ErrorKind::bad_model, "attention: heads are shared evenly by the heads of keys and values, got ", shape.heads, " and ",
             shape.kv_heads);
    }
    if (shape.head_size == 0 && shape.channels % shape.heads != 0) {
        fail(ErrorKind::bad_model, "attention: ", shape.channels, " channels are not divisible by ", shape.heads, " heads");
    }
    shape.head_size = shape.head_size == 0 ? shape.channels / shape.heads : shape.head_size;
    shape.memory_channels = shape.memory_channels == 0 ? shape.channels : shape.memory_channels;
    return shape;
}

int64_t query_channels(const AttentionShape& shape) {
    return shape.heads * shape.head_size;
}

int64_t key_channels(const AttentionShape& shape) {
    return shape.kv_heads * shape.head_size;
}

Linear load_out(const Weights& weights, const AttentionShape& shape, const AttentionNames& names, const std::vector<float>& scale = {}) {
    return load_linear(weights / names.out,
                       {.in = query_channels(shape), .out = shape.channels, .bias = shape.out_bias, .output_scale = scale});
}

Attended attend(Tensor query, Tensor key, Tensor value, const Linear& out, const AttentionShape& shape, const AttendOptions& options) {
    Attended result{.query = query, .key = key};
    result.options = {.heads = shape.heads,
                      .kv_heads = shape.kv_heads,
                      .scale = shape.scale,
                      .mask = options.mask,
                      .key_owners = options.key_owners,
                      .keep_stats = options.keep_stats};
    const AttentionResult mixed = attention(query, key, value, result.options);  // [B,T,H*D]
    result.stats = mixed.stats;
    result.out = linear(mixed.out, out, {.residual = options.residual});
    return result;
}

}  // namespace

SelfAttention load_self_attention(const Weights& weights, const AttentionShape& given, const AttentionNames& names,
                                  const std::vector<float>& out_scale) {
    const AttentionShape shape = completed(given);
    const LinearShape all{.in = shape.channels, .out = query_channels(shape) + 2 * key_channels(shape), .bias = shape.bias};
    const LinearShape query{.in = shape.channels, .out = query_channels(shape), .bias = shape.bias};
    const LinearShape key{.in = shape.channels, .out = key_channels(shape), .bias = shape.bias};
    return {.query_key_value = names.packed.empty() ? load_side_by_side(weights, {names.query, names.key, names.value}, {query, key, key})
                                                    : load_linear(weights / names.packed, all),
            .out = load_out(weights, shape, names, out_scale),
            .shape = shape};
}

CrossAttention load_cross_attention(const Weights& weights, const AttentionShape& given, const AttentionNames& names) {
    const AttentionShape shape = completed(given);
    const LinearShape key{.in = shape.memory_channels, .out = key_channels(shape), .bias = shape.bias};
    const LinearShape both{.in = shape.memory_channels, .out = 2 * key_channels(shape), .bias = shape.bias};
    return {.query = load_linear(weights / names.query, {.in = shape.channels, .out = query_channels(shape), .bias = shape.bias}),
            .key_value = names.packed_memory.empty() ? load_side_by_side(weights, {names.key, names.value}, {key, key})
                                                     : load_linear(weights / names.packed_memory, both),
            .out = load_out(weights, shape, names),
            .shape = shape};
}

Memory remember(Tensor encoded, const CrossAttention& layer) {
    return memory_of({linear(encoded, layer.key_value)});
}

Attended self_attention(Tensor x, const SelfAttention& layer, const AttendOptions& options) {
    const int64_t queries = query_channels(layer.shape), keys = key_channels(layer.shape);
    const Tensor all = linear(x, layer.query_key_value);  // [B,T,(H+2*Hkv)*D]
    return attend(slice(all, -1, 0, queries), slice(all, -1, queries, queries + keys), slice(all, -1, queries + keys, queries + 2 * keys),
                  layer.out, layer.shape, options);
}

TokenCache make_cache(Graph& graph, const std::string& name, int64_t rows, int64_t capacity, const AttentionShape& given, DType stored) {
    return {graph.state(name, {rows, capacity, 2 * key_channels(completed(given))}, stored)};
}

Memory memory_of(const TokenCache& cache) {
    const int64_t channels = cache.key_value.shape().last() / 2;
    return {.key = slice(cache.key_value, -1, 0, channels), .value = slice(cache.key_value, -1, channels, 2 * channels)};
}

TokenCache remember_in(const TokenCache& cache, Tensor encoded, const CrossAttention& layer, Tensor starts) {
    return {cache_write(cache.key_value, linear(encoded, layer.key_value), starts)};
}

Attended cached_self_attention(Tensor x, const SelfAttention& layer, const TokenCache& cache, Tensor starts, const AttendOptions& options) {
    const int64_t queries = query_channels(layer.shape), keys = key_channels(layer.shape);
    const Tensor all = linear(x, layer.query_key_value);  // [B,T,(H+2*Hkv)*D]
    const Memory past = memory_of({cache_write(cache.key_value, slice(all, -1, queries, queries + 2 * keys), starts)});
    AttendOptions causal = options;
    causal.mask.causal = true;
    causal.mask.query_starts = starts;
    return attend(slice(all, -1, 0, queries), past.key, past.value, layer.out, layer.shape, causal);
}

Attended cross_attention(Tensor x, const Memory& memory, const CrossAttention& layer, const AttendOptions& options) {
    return attend(linear(x, layer.query), memory.key, memory.value, layer.out, layer.shape, options);
}

Tensor attention_map(const Attended& attended, const std::vector<int>& heads) {
    if (!attended.stats) {
        fail(ErrorKind::bad_input, "attention map: expected an attention that kept its statistics, got one without");
    }
    return attention_weights(attended.query, attended.key, attended.stats, attended.options, heads);
}

}  // namespace heed::nn
