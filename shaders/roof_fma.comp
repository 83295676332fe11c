#version 450
// Measures the device's multiply-add rate: nothing but independent chains of vec4 fma in registers.
// Mapping: every invocation runs p.iterations rounds of 8 vec4 fma (kRoofFmaFlops).
// Bindings: 0 out [invocations], written so that the work is not removed.
#extension GL_GOOGLE_include_directive : require
#include "roof_params.h"

layout(local_size_x_id = 0) in;
layout(set = 0, binding = 0) writeonly buffer Out { float result[]; };
layout(push_constant) uniform Push { RoofFmaParams p; };

void main() {
    const uint id = gl_GlobalInvocationID.x;
    const vec4 factor = vec4(p.factor);
    const vec4 term = vec4(float(id) * 1e-9);
    // Named, not an array: an indexed array may live in memory, and memory is not what is measured.
    vec4 a = vec4(0.1), b = vec4(0.2), c = vec4(0.3), d = vec4(0.4);
    vec4 e = vec4(0.5), f = vec4(0.6), g = vec4(0.7), h = vec4(0.8);
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
    const vec4 sum = a + b + c + d + e + f + g + h;
    result[id] = sum.x + sum.y + sum.z + sum.w;
}
