// What GLSL and C++ must agree on: push constants, and the constants behind specialisation values. Strides and offsets are in elements.
#ifdef __cplusplus
#pragma once
#include <cstdint>
namespace heed::params {
using uint = uint32_t;
#endif

// The order of enum Activation.
const uint kActivationNone = 0u, kActivationRelu = 1u, kActivationGelu = 2u, kActivationGeluTanh = 3u, kActivationSilu = 4u;
const uint kActivationTanh = 5u, kActivationSigmoid = 6u, kActivationExp = 7u;

// ---- elementwise, copies, embedding, cache, reductions, choices, pooling ----

const uint kMaxAxes = 8u;          // Shape::kMaxRank
const uint kFlatElements = 4u;     // elements an invocation of a flat kernel, a workgroup apart, so that neighbours touch neighbours
const uint kRowInvocations = 256u; // at most, in a workgroup that works on one row

// The order of enum BinaryKind.
const uint kBinaryAdd = 0u, kBinarySubtract = 1u, kBinaryMultiply = 2u, kBinaryDivide = 3u, kBinaryMaximum = 4u, kBinaryMinimum = 5u;

const uint kReduceSum = 0u, kReduceMax = 1u, kReduceMin = 2u, kReduceLogSumExp = 3u;

struct UnaryParams {
    uint count;
};

struct CastParams {
    uint count, offset;
};

struct BinaryParams {
    uint count, a_offset, b_offset;
    uint sizes[kMaxAxes], a_strides[kMaxAxes], b_strides[kMaxAxes];
};

struct CopyParams {
    uint count, from_offset, to_offset;
    uint sizes[kMaxAxes], from_strides[kMaxAxes], to_strides[kMaxAxes];
};

struct EmbeddingParams {
    uint count, columns;
    uint first, rows;  // of the table, in the bound window
    uint table_rows, ids_offset;
    float scale;
};

struct CacheWriteParams {
    uint count, new_rows, columns, capacity;
    uint rows_offset, batch_stride, row_stride, column_stride;
    uint starts_offset;
};

struct ReduceParams {
    uint count, terms, inner;  // outputs; elements each is made of, and how far apart these lie
    float scale;
};

struct ArgmaxParams {
    uint rows, columns;
};

struct TopKParams {
    uint rows, columns, k;
};

struct MaxPoolParams {
    uint count;
    uint height, width, channels, out_height, out_width;
    uint size_y, size_x, stride_y, stride_x, pad_y, pad_x;
};

// ---- matmul and conv2d ----

// What may be read or written four elements at a time.
const uint kFoursA = 1;  // rows of A
const uint kFoursB = 2;  // rows of B as it is stored
const uint kFoursC = 4;  // rows of C and of the residual

// A lane of the broadcast kernels owns two vec4 of columns, of this many rows.
const uint kBroadcastRows = 16;
const uint kBroadcastColumns = 8;
// An invocation of the tiled kernels owns this many rows and columns; a tile has at most kTiledEdge of either.
const uint kTiledBlock = 8;
const uint kTiledEdge = 128;
const uint kTiledDepth = 8;
// The row kernel: rows it can hold, and columns of a transposed B that a workgroup computes.
const uint kRowRows = 8;
const uint kRowColumns = 4;
const uint kRowLanes = 256;  // the largest workgroup

// C = act(scale * A B + bias) + residual. Batch z = outer * inner + i reads A at a_offset + outer * a_outer + i * a_inner.
// B(k,n) lies at n / panel * K * b_row + k * b_row + n % panel; a plain [K,N] is one panel, and [N,K] is read at n * b_row + k.
struct MatmulParams {
    uint M, N, K, inner;
    uint a_offset, a_row, a_outer, a_inner;
    uint b_offset, b_row, b_outer, b_inner;
    uint c_offset, c_row, c_outer, c_inner;
    uint r_offset, r_row, r_outer, r_inner;
    float scale;
    uint panel;
    uint bias_offset;
};

// x [B,height,width,channels] * weight [kernel_y,kernel_x,channels,N] in panels -> [B,out_height,out_width,N]
// A row of the implicit A is cut into segments that are contiguous in x: kernel_y * segments_x of them.
struct Conv2dParams {
    uint x_offset, out_offset;
    uint M, N, K, panel;  // M = B * out_height * out_width, K = kernel_y * kernel_x * channels
    uint height, width, channels;
    uint out_height, out_width;
    uint kernel_y, segments_x, segment;  // `segment` elements each: channels, or kernel_x * channels without padding and dilation
    uint stride_y, stride_x, pad_y, pad_x, dilation_y, dilation_x;
};

// ---- recurrent layers ----

// The order of enum Cell.
const uint kCellTanh = 0u, kCellRelu = 1u, kCellLstm = 2u, kCellGru = 3u;

// Optional inputs that are there.
const uint kGivenBias = 1u, kGivenH = 2u, kGivenC = 4u;

const uint kRecurrentRows = 8u;  // that a workgroup takes, at most

// x [B,T,D*G*H] (D directions, G gates), y [B,T,D*H], states [B,D*H].
struct RecurrentParams {
    uint batch, steps, hidden;
    uint step;
    uint lengths;  // where they begin in dynamics
    uint panel;
    uint given;  // kGiven...
};

// ---- attention, its weights, softmax, layer norm ----

const uint kAbsent = 0xffffffffu;         // no such dynamic
const uint kHeadVecs = 64u;               // a head is at most this many times four numbers
const uint kSplitRows = 4u;               // query rows that a workgroup of split takes at once, at most
const uint kWeightsRows = 8u;             // and one of attention_weights
const uint kSplitKeys = 256u;             // keys of one split, at most
const uint kTileVecs = 832u;              // shared memory of tiled: a tile of queries and one of keys or values,
const uint kTileWeights = 512u;           // the tile's weights,
const uint kTilePeaks = 128u;             // and the maxima of its parts of rows; 15.5 KiB in all
const uint kListedHeads = 32u;            // heads that attention_weights can be asked for by number

// q [B,T,H*D], k and v [B,S,Hkv*D], out [B,T,H*D]. Causal is window_right = 0.
// BIAS of the attention kernels: none; a tensor that broadcasts to the scores; a row a head, by distance, where bias_row is how far it
// reaches.
const uint kBiasNone = 0u, kBiasScores = 1u, kBiasRelative = 2u;

struct AttentionParams {
    uint heads, group;   // query heads, and how many of them share a head of keys
    uint queries, keys;  // T, S
    float scale;
    uint window_left, window_right;
    uint key_lengths, query_starts, prefix_lengths;  // where the batch's numbers begin in dynamics
    uint q_offset, q_batch, q_row;
    uint k_offset, k_batch, k_row;
    uint v_offset, v_batch, v_row;
    uint bias_offset, bias_batch, bias_head, bias_row, bias_column;
    uint owner_keys;  // owners a row: all S, or one
    uint splits, split_keys;
};

struct AttentionWeightsParams {
    uint heads, group, queries, keys;
    float scale;
    uint window_left, window_right;
    uint key_lengths, query_starts, prefix_lengths;
    uint q_offset, q_batch, q_row;
    uint k_offset, k_batch, k_row;
    uint bias_offset, bias_batch, bias_head, bias_row, bias_column;
    uint owner_keys;
    uint chosen, listed;                // heads of the output; 1: listed below, 0: all
    uint list[kListedHeads / 4u];       // a byte each
};

const uint kAdditiveRows = 4u;  // query rows of additive_attention that share the keys they load, at most

struct AdditiveAttentionParams {
    uint rows, blocks;                   // blocks of query rows: all of them, and those of one batch
    uint queries, keys, size, channels;  // T, S, A, C
    uint key_rows;                       // of k and values
    uint owners, key_lengths;            // where they begin, in their binding and in dynamics
};

const uint kLineageCells = 4096u;  // of a table that one workgroup holds: its rows, times a few columns

struct LineageParams {
    uint rows, lines, columns;  // R of a table [lines,Smax]
    uint tile;                  // columns a workgroup
    uint parents, starts;       // where they begin in dynamics
};

const uint kMaskAxes = 3u;

// CENTRED of softmax: rows see all columns; those near their centre; the same, and the nearer the better.
const uint kCentredNot = 0u, kCentredWindow = 1u, kCentredGaussian = 2u;

struct SoftmaxParams {
    uint rows, columns;
    float scale;
    uint causal_rows;               // rows of a matrix, in which row t sees columns up to t; 0: not causal
    uint key_lengths, length_rows;  // where the lengths begin in dynamics, and rows that share one
    uint mask_offset, mask_column;
    uint mask_sizes[kMaskAxes], mask_strides[kMaskAxes];  // of the rows' axes, merged, outermost first
    float reach, falloff;                                 // from a centre; by which (s - centre)^2 lowers a weight's logarithm
};

struct LayerNormParams {
    uint rows, columns;
    float epsilon;
};

#ifdef __cplusplus
}  // namespace heed::params
#endif
