// out[i] = a[..] op b[..], each operand read through strides; a broadcast axis has stride 0.
// Mapping: an invocation takes kFlatElements elements, a workgroup apart.
// Bindings: 0 a, 1 b, 2 out.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint AXES = 1u;  // after merging: one for operands that lie alike, and then nothing is divided
layout(constant_id = 2) const uint KIND = 0u;
layout(push_constant) uniform Push { BinaryParams p; };
layout(set = 0, binding = 0) readonly buffer A { T a[]; };
layout(set = 0, binding = 1) readonly buffer B { T b[]; };
layout(set = 0, binding = 2) writeonly buffer Out { T result[]; };

float combine(float x, float y) {
    if (KIND == kBinaryAdd) {
        return x + y;
    }
    if (KIND == kBinarySubtract) {
        return x - y;
    }
    if (KIND == kBinaryMultiply) {
        return x * y;
    }
    if (KIND == kBinaryDivide) {
        return x / y;
    }
    if (is_nan(x) || is_nan(y)) {
        return kNan;  // GLSL's max and min may lose it
    }
    return KIND == kBinaryMaximum ? max(x, y) : min(x, y);
}

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            uint rest = i;
            uint at_a = p.a_offset;
            uint at_b = p.b_offset;
            for (uint axis = AXES - 1u; axis > 0u; --axis) {
                const uint coordinate = rest % p.sizes[axis];
                rest /= p.sizes[axis];
                at_a += coordinate * p.a_strides[axis];
                at_b += coordinate * p.b_strides[axis];
            }
            at_a += rest * p.a_strides[0];
            at_b += rest * p.b_strides[0];
            result[i] = store(combine(load(a[at_a]), load(b[at_b])));
        }
    }
}
