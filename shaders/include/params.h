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

const uint kReduceSum = 0u, kReduceMax = 1u, kReduceMin = 2u;

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

#ifdef __cplusplus
}  // namespace heed::params
#endif
