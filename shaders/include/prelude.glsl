// The storage type T of a kernel's tensors and the way to f32 and back: the only dtype #ifs there are.
// Arithmetic is f32 whatever T is. load() and store() are macros, as a 16-bit value may only be converted, never passed on.
#ifndef HEED_PRELUDE
#define HEED_PRELUDE

#if defined(T_F16) || defined(W_F16) || defined(T_B2)
#extension GL_EXT_shader_16bit_storage : require
#endif

#if defined(T_F16)
#define T float16_t
#define load(x) float(x)
#define store(x) float16_t(x)
#elif defined(T_F32)
#define T float
#define load(x) (x)
#define store(x) (x)
#elif defined(T_B16)  // bytes on the move, never looked at
#define T uvec4
#elif defined(T_B4)
#define T uint
#elif defined(T_B2)
#define T uint16_t
#endif

// A second storage type, where a kernel has two: matmul's weights, what a cast starts from.
#if defined(W_F16)
#define W float16_t
#elif defined(W_F32)
#define W float
#elif defined(W_I32)
#define W int
#endif

#include "params.h"

// Comparisons of bits: a compiler may assume that no float is a NaN, and fold isnan() or x != x away.
#define kNan uintBitsToFloat(0x7fc00000u)
#define kInfinity uintBitsToFloat(0x7f800000u)
bool is_nan(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }

// The workgroup's number in a grid that linear_grid() folded; may lie beyond the count.
uint linear_group() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }

#endif
