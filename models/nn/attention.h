#pragma once

#include "models/nn/linear.h"

namespace heed::nn {

// C model channels, H heads of D channels, Hkv heads of keys and values (fewer where queries share them).
struct AttentionShape {
    int64_t channels = 0;
    int heads = 1;
    int kv_heads = 0;             // 0: as many as heads
    int64_t head_size = 0;        // 0: channels / heads
    int64_t memory_channels = 0;  // of what cross-attention looks at; 0: channels
    double scale = 0;             // 0: 1 / sqrt(D)
    bool bias = true;             // of query, key and value
    bool out_bias = true;
};

struct AttentionNames {
    std::string query = "query", key = "key", value = "value", out = "out";
    std::string packed = {};         // where the checkpoint has query, key and value in one tensor, in that order
    std::string packed_memory = {};  // where cross-attention has key and value in one, in that order
};

struct SelfAttention {
    Linear query_key_value;  // C -> (H + 2 Hkv) * D, one matmul
    Linear out;              // H*D -> C
    AttentionShape shape;
};

struct CrossAttention {
    Linear query;      // C -> H*D
    Linear key_value;  // memory's C -> 2 Hkv * D
    Linear out;        // H*D -> C
    AttentionShape shape;
};

// out_scale: a factor for each channel of the result, as layer scale has it.
SelfAttention load_self_attention(const Weights& weights, const AttentionShape& shape, const AttentionNames& names = {},
                                  const std::vector<float>& out_scale = {});
CrossAttention load_cross_attention(const Weights& weights, const AttentionShape& shape, const AttentionNames& names = {});

struct AttendOptions {
    AttentionMask mask = {};
    Tensor key_owners = {};   // as AttentionOptions has them
    bool keep_stats = false;  // so that attention_map() can tell who looked at what
    Tensor residual = {};     // [B,T,C], added to the result
};

// The result, and what the exact weights are recomputed from.
struct Attended {
    Tensor out;                // [B,T,C]
    Tensor query, key, stats;  // [B,T,H*D], [B,S,Hkv*D], [B,H,T]; stats are absent unless kept
    AttentionOptions options;
};

// Keys and values, made once and looked at by any number of queries.
struct Memory {
    Tensor key, value;  // [B,S,Hkv*D]
};
Memory remember(Tensor encoded, const CrossAttention& layer);  // [B,S,C]

Attended self_attention(Tensor x, const SelfAttention& layer, const AttendOptions& options = {});  // [B,T,C] -> [B,T,C]
Attended cross_attention(Tensor x, const Memory& memory, const CrossAttention& layer, const AttendOptions& options = {});

// Keys and values kept from run to run, side by side: a state [rows,capacity,2*Hkv*D] of the graph, or one that was updated.
struct TokenCache {
    Tensor key_value;
};
TokenCache make_cache(Graph& graph, const std::string& name, int64_t rows, int64_t capacity, const AttentionShape& shape,
                      DType stored = DType::f32);
Memory memory_of(const TokenCache& cache);

// As remember(), into rows 0 to B of a cache that other graphs read; starts: zeros, dynamic [B].
TokenCache remember_in(const TokenCache& cache, Tensor encoded, const CrossAttention& layer, Tensor starts);

// The same for tokens that come after those in the cache, which takes them in: x [B,T,C] lies at positions starts[b] on (dynamic [B]).
// Causal; a mask says what besides. Whatever T is, the result is that of all tokens at once.
Attended cached_self_attention(Tensor x, const SelfAttention& layer, const TokenCache& cache, Tensor starts,
                               const AttendOptions& options = {});

// The weights of all heads, or of the chosen ones: [B,n,T,S] f32, each row summing to 1.
Tensor attention_map(const Attended& attended, const std::vector<int>& heads = {});

}  // namespace heed::nn
