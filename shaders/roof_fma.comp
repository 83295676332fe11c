#version 450
// Measures the device's multiply-add rate: nothing but independent chains of fma in registers.
// Mapping: every invocation runs p.iterations rounds of 8 fma of V, a vector of four floats or halves (kRoofFmaFlops).
// Bindings: 0 out [invocations], written so that the work is not removed.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : enable
#include "roof_params.h"

layout(local_size_x_id = 0) in;
layout(set = 0, binding = 0) writeonly buffer Out { float result[]; };
layout(push_constant) uniform Push { RoofFmaParams p; };

void main() {
    const uint id = gl_GlobalInvocationID.x;
    const V factor = V(vec4(p.factor)), term = V(vec4(p.term));
    // Named, not an array: an indexed array may live in memory, and memory is not what is measured. Every invocation has numbers
    // of its own, or a subgroup would do the work once.
    const V first = V(vec4(0.5 + 0.001 * float(id & 255)));
    V a = first, b = first + V(0.01), c = first + V(0.02), d = first + V(0.03);
    V e = first + V(0.04), f = first + V(0.05), g = first + V(0.06), h = first + V(0.07);
    for (uint i = 0; i < p.iterations; ++i) {
        a = fma(a, factor, term);
        b = fma(b, factor, term);
        c = fma(c, factor, term);
        d = fma(d, factor, term);
        e = fma(e, factor, term);
        f = fma(f, factor, term);
        g = fma(g, factor, term);
        h = fma(h, factor, term);
    }
    const vec4 sum = vec4(a) + vec4(b) + vec4(c) + vec4(d) + vec4(e) + vec4(f) + vec4(g) + vec4(h);
    result[id] = sum.x + sum.y + sum.z + sum.w;
}
