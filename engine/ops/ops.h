#pragma once

// Every op's builder. A builder checks its inputs, so that a mistake is a sentence at the author's line,
// appends one node and returns its output. Shapes: B batch, H heads, T query length, S key length, D head size, C channels.

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

#include "ir/graph.h"

namespace heed {

enum class Activation { none, relu, gelu, gelu_tanh, silu, tanh, sigmoid, exp };

struct MatmulOptions {
    bool transpose_b = false;  // B is [..,N,K], as PyTorch keeps linear weights
    double scale = 1;
    Activation activation = Activation::none;
    Tensor bias = {};                                             // [N]
    Tensor residual = {};                                         // the output's shape, or the same without leading axes
    int heads = 1;                                                // with packed operands: how many heads share their last axis
    bool a_packed = false, b_packed = false, out_packed = false;  // [B,T,H*D] seen as [B,H,T,D]
};
// act(scale * a b + bias) + residual.   [..,M,K] x [..,K,N] -> [..,M,N]; leading axes broadcast
Tensor matmul(Tensor a, Tensor b, const MatmulOptions& options = {});

struct SoftmaxOptions {
    double scale = 1;
    Tensor mask = {};         // added before the softmax; broadcasts to x
    Tensor key_lengths = {};  // dynamic [B]: columns from there on are masked
    bool causal = false;      // column s is masked in row t where s > t
    Tensor centres = {};      // f32, x's shape without its last axis: columns further than `reach` from their row's are masked,
    double reach = 0;
    bool gaussian = false;  // and the weights of others fall off around it, as exp(-(s - centre)^2 / (2 (reach/2)^2)): sums below 1
    bool log = false;
};
// Over the last axis; a row with every column masked gives zeros (log: -inf).
Tensor softmax(Tensor x, const SoftmaxOptions& options = {});

struct LayerNormOptions {
    Tensor gamma = {}, beta = {};  // [C]
    Tensor residual = {};          // added to x first
    double epsilon = 1e-5;
    bool rms = false;  // no mean is taken off
};
struct LayerNormResult {
    Tensor normed;
    Tensor sum;  // x + residual; absent without a residual
};
LayerNormResult layer_norm(Tensor x, const LayerNormOptions& options = {});

constexpr int64_t kUnlimited = std::numeric_limits<int32_t>::max();

// Which keys a query sees. All of it is arithmetic in the kernel; tiles that no query sees are skipped.
struct AttentionMask {
    bool causal = false;                                          // key s is seen by query t where s <= query_start + t
    int64_t window_left = kUnlimited, window_right = kUnlimited;  // query position - s <= left, s - query position <= right
    Tensor key_lengths = {};                                      // dynamic [B]
    Tensor query_starts = {};                                     // dynamic [B]: position of query row 0; zero when absent
    Tensor prefix_lengths = {};                                   // dynamic [B]: keys before it are seen whatever causal and window say
    Tensor bias = {};                                             // added to the scores; broadcasts to [B,H,T,S]
    Tensor relative_bias = {};  // instead of bias: [H,2R+1], its column R + key - query position is added; beyond R the outermost
};
struct AttentionOptions {
    int heads = 1;
    int kv_heads = 0;  // 0: as many as heads
    double scale = 0;  // 0: 1 / sqrt(D)
    AttentionMask mask = {};
    Tensor key_owners = {};   // i32 [B or more,S] or [B or more,1]: the row of k and v in which b finds key s; absent: b
    bool keep_stats = false;  // also return the rows' statistics, for attention_weights
};
struct AttentionResult {
    Tensor out;    // [B,T,H*D]
    Tensor stats;  // [B,H,T,2] f32: a row's largest score, and the sum of exp(score - it); absent unless asked for
};
// q [B,T,H*D], k and v [B,S,Hkv*D] -> [B,T,H*D], in one dispatch (a decoding step: two), memory linear in T and S.
// With key_owners k and v may have any number of rows: sentences that share their keys, beams that share their past.
// D is a multiple of 4, at most 256.
AttentionResult attention(Tensor q, Tensor k, Tensor v, const AttentionOptions& options);

// The exact weights that attention() used, recomputed from its statistics for the chosen heads. -> [B,n,T,S] f32
Tensor attention_weights(Tensor q, Tensor k, Tensor stats, const AttentionOptions& options, const std::vector<int>& heads = {});

struct AdditiveAttentionOptions {
    Tensor key_lengths = {};  // dynamic [B]
    Tensor key_owners = {};   // i32 [B]: the row of k and values that b looks at, the nearest where there is none; absent: b
};
struct AdditiveAttentionResult {
    Tensor out;      // [B,T,C]
    Tensor weights;  // [B,T,S] f32
};
// Weights softmax over s of v . tanh(q + k[s]), and the values under them; q [B,T,A], k [B,S,A], v [A], values [B,S,C], in one dispatch.
// With key_owners k and values may have any number of rows.
AdditiveAttentionResult additive_attention(Tensor q, Tensor k, Tensor v, Tensor values, const AdditiveAttentionOptions& options = {});

Tensor unary(Tensor x, Activation function);

enum class BinaryKind { add, subtract, multiply, divide, maximum, minimum };
Tensor binary(Tensor a, Tensor b, BinaryKind kind);  // broadcasting
inline Tensor add(Tensor a, Tensor b) {
    return binary(a, b, BinaryKind::add);
}
inline Tensor multiply(Tensor a, Tensor b) {
    return binary(a, b, BinaryKind::multiply);
}

// table [V,C], ids i32 [...] (an input, a dynamic or computed) -> scale * table[ids] [...,C]; an id outside the table gives NaN.
Tensor embedding(Tensor table, Tensor ids, double scale = 1);

Tensor concat(const std::vector<Tensor>& parts, int axis);
Tensor slice(Tensor x, int axis, int64_t begin, int64_t end);
Tensor permute(Tensor x, const std::vector<int>& axes);
Tensor reshape(Tensor x, const Shape& shape);
Tensor reshape(Tensor x, std::initializer_list<int64_t> sizes);  // one size may be written as 0: what is left over
Tensor cast(Tensor x, DType dtype);

// rows [B,T,C] or [B,T] are written into cache [B or more,Smax,C] or [B or more,Smax], in place, from row starts[b] on (dynamic [B]);
// returns the updated cache. Rows that would fall behind the cache's end are dropped.
Tensor cache_write(Tensor cache, Tensor rows, Tensor starts);

// Who wrote what the rows of a search have behind them. table i32 [R or more,Smax] (a state): at position s row r finds its past in row
// table[r,s] of the caches. A step in which row r goes on from row parents[r] at position starts[r] (both dynamic [R]; a parent outside
// the table is r itself) gives r its parent's line, in place, and r's own number at starts[r]. Returns the updated table, attention's
// key_owners.
Tensor lineage(Tensor table, Tensor parents, Tensor starts);

enum class Cell { tanh, relu, lstm, gru };
int gates_of(Cell cell);  // G: 1, 4 or 3

struct RecurrentOptions {
    Cell cell = Cell::lstm;
    Tensor bias = {};        // [D*G*H]: what PyTorch calls bias_hh
    Tensor first = {};       // [B,D*H]: the state before the first step; zeros when absent
    Tensor first_cell = {};  // f32 [B,D*H], of an LSTM
    Tensor lengths = {};     // dynamic [B]: how many steps each row has
};
struct RecurrentResult {
    Tensor out;        // [B,T,D*H], zeros where a row has no step
    Tensor last;       // [B,D*H]: the state after each row's own last step; of the backward direction, after its first position
    Tensor last_cell;  // f32 [B,D*H], of an LSTM
};
// A layer of an RNN, LSTM or GRU over T steps, forwards or in both directions at once. x [B,T,D*G*H] is what the layer's own inputs come
// to, all steps in one matmul; weight [D*G*H,H] the recurrent one; gates in PyTorch's order, directions one behind the other. D is 1 or 2.
RecurrentResult recurrent(Tensor x, Tensor weight, const RecurrentOptions& options);

enum class ReduceKind { sum, mean, max, min, log_sum_exp };
Tensor reduce(Tensor x, int axis, ReduceKind kind);  // the axis is dropped

Tensor argmax(Tensor x);  // over the last axis -> i32; the first of equals; NaN counts as the largest
struct TopK {
    Tensor values;   // [..,k], descending
    Tensor indices;  // [..,k] i32; equals in order of index
};
TopK top_k(Tensor x, int k);

struct Conv2dOptions {
    int64_t stride_y = 1, stride_x = 1, pad_y = 0, pad_x = 0, dilation_y = 1, dilation_x = 1;
    Tensor bias = {};  // [O]
    Activation activation = Activation::none;
};
// x [B,H,W,C], weight [O,C,kh,kw] as PyTorch keeps it (a constant) -> [B,Ho,Wo,O]
Tensor conv2d(Tensor x, Tensor weight, const Conv2dOptions& options = {});

struct MaxPoolOptions {
    int64_t size_y = 2, size_x = 2, stride_y = 2, stride_x = 2, pad_y = 0, pad_x = 0;
};
Tensor max_pool(Tensor x, const MaxPoolOptions& options = {});  // x [B,H,W,C]

}  // namespace heed
