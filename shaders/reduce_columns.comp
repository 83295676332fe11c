// y[o,i] = scale * sum of x[o,:,i], or its maximum, its minimum, or the logarithm of the sum of its exponentials. [O,N,I] -> [O,I]
// Mapping: an invocation takes kFlatElements outputs, a workgroup apart; its neighbours walk beside it.
// Bindings: 0 x, 1 y.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint KIND = 0u;
layout(push_constant) uniform Push { ReduceParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) writeonly buffer Y { T y[]; };
#include "reduction.glsl"

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            const uint first = i / p.inner * p.inner * p.terms + i % p.inner;
            float joined = neutral(FIRST_PASS);
            for (uint n = 0u; n < p.terms; ++n) {
                joined = join(FIRST_PASS, joined, load(x[first + n * p.inner]));
            }
            if (KIND == kReduceLogSumExp && is_finite(joined)) {
                float sum = 0.0;
                for (uint n = 0u; n < p.terms; ++n) {
                    sum += exp(load(x[first + n * p.inner]) - joined);
                }
                joined += log(sum);
            }
            y[i] = store(p.scale * joined);
        }
    }
}
