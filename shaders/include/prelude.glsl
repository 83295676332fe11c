// The storage type T of a kernel's tensors and the way to f32 and back: the only dtype #ifs there are.
// T4 is four of them side by side, at an index divided by four; halves then travel as two words.
// Arithmetic is f32 whatever T is. load() and store() are macros, as a 16-bit value may only be converted, never passed on.
#ifndef HEED_PRELUDE
#define HEED_PRELUDE

#if defined(T_F16) || defined(W_F16) || defined(T_B2)
#extension GL_EXT_shader_16bit_storage : require
#endif

#if defined(T_F16)
#define T float16_t
#define T4 uvec2
#define load(x) float(x)
#define store(x) float16_t(x)
#define load4(x) halves4(x)
#define store4(x) uvec2(packHalf2x16((x).xy), packHalf2x16((x).zw))
#elif defined(T_F32)
#define T float
#define T4 vec4
#define load(x) (x)
#define store(x) (x)
#define load4(x) (x)
#define store4(x) (x)
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
#define W4 uvec2
#define load_weight(x) float(x)
#define load_weight4(x) halves4(x)
#elif defined(W_F32)
#define W float
#define W4 vec4
#define load_weight(x) (x)
#define load_weight4(x) (x)
#elif defined(W_I32)
#define W int
#endif

vec4 halves4(uvec2 x) { return vec4(unpackHalf2x16(x.x), unpackHalf2x16(x.y)); }

#include "params.h"

// Comparisons of bits: a compiler may assume that no float is a NaN, and fold isnan() or x != x away.
#define kNan uintBitsToFloat(0x7fc00000u)
#define kInfinity uintBitsToFloat(0x7f800000u)
bool is_nan(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }

// The workgroup's number in a grid that linear_grid() folded; may lie beyond the count.
uint linear_group() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }

#endif
