// y[r] = scale * sum of x[r,:], or its maximum, its minimum, or the logarithm of the sum of its exponentials. [R,N] -> [R]
// Mapping: a workgroup takes a row, by a tree in shared memory: no subgroup operation, so it runs everywhere.
// Bindings: 0 x, 1 y.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;  // a power of two
layout(constant_id = 1) const uint KIND = 0u;
layout(push_constant) uniform Push { ReduceParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) writeonly buffer Y { T y[]; };
#include "reduction.glsl"

shared float partial[kRowInvocations];

// Every lane's number joined, for all lanes to see.
float join_lanes(uint kind, float mine) {
    const uint lane = gl_LocalInvocationID.x;
    partial[lane] = mine;
    for (uint size = gl_WorkGroupSize.x; size > 1u;) {  // eight to one: few barriers
        const uint step = max(size / 8u, 1u);
        barrier();
        if (lane < step) {
            for (uint other = lane + step; other < size; other += step) {
                mine = join(kind, mine, partial[other]);
            }
            partial[lane] = mine;
        }
        size = step;
    }
    barrier();
    const float joined = partial[0];
    barrier();
    return joined;
}

void main() {
    const uint row = min(linear_group(), p.count - 1u);  // groups beyond the last row repeat it and write nothing
    float mine = neutral(FIRST_PASS);
    for (uint i = gl_LocalInvocationID.x; i < p.terms; i += gl_WorkGroupSize.x) {
        mine = join(FIRST_PASS, mine, load(x[row * p.terms + i]));
    }
    float joined = join_lanes(FIRST_PASS, mine);
    if (KIND == kReduceLogSumExp && is_finite(joined)) {  // the same for the whole workgroup
        float sum = 0.0;
        for (uint i = gl_LocalInvocationID.x; i < p.terms; i += gl_WorkGroupSize.x) {
            sum += exp(load(x[row * p.terms + i]) - joined);
        }
        joined += log(join_lanes(kReduceSum, sum));
    }
    if (gl_LocalInvocationID.x == 0u && linear_group() < p.count) {
        y[row] = store(p.scale * joined);
    }
}
