// to[..] = from[..], both through strides. T is 2, 4 or 16 bytes of whatever lies there: the kernel behind reshape, slice, permute, concat.
// Mapping: an invocation takes kFlatElements units, a workgroup apart.
// Bindings: 0 from, 1 to.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint AXES = 1u;
layout(push_constant) uniform Push { CopyParams p; };
layout(set = 0, binding = 0) readonly buffer From { T from[]; };
layout(set = 0, binding = 1) writeonly buffer To { T to[]; };

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            uint rest = i;
            uint at_from = p.from_offset;
            uint at_to = p.to_offset;
            for (uint axis = AXES - 1u; axis > 0u; --axis) {
                const uint coordinate = rest % p.sizes[axis];
                rest /= p.sizes[axis];
                at_from += coordinate * p.from_strides[axis];
                at_to += coordinate * p.to_strides[axis];
            }
            to[at_to + rest * p.to_strides[0]] = from[at_from + rest * p.from_strides[0]];
        }
    }
}
