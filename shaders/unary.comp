// y[i] = activation(x[i]).
// Mapping: an invocation takes kFlatElements elements, a workgroup apart.
// Bindings: 0 x, 1 y.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint ACTIVATION = 1u;
layout(push_constant) uniform Push { UnaryParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) writeonly buffer Y { T y[]; };

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            y[i] = store(activate(load(x[i]), ACTIVATION));
        }
    }
}
