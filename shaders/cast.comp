// y[i] = x[i] in another dtype.
// Mapping: an invocation takes kFlatElements elements, a workgroup apart.
// Bindings: 0 x (of W), 1 y (of T).
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"

layout(push_constant) uniform Push { CastParams p; };
layout(set = 0, binding = 0) readonly buffer X { W x[]; };
layout(set = 0, binding = 1) writeonly buffer Y { T y[]; };

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            y[i] = store(float(x[p.offset + i]));
        }
    }
}
