// y[r] = scale * sum of x[r,:], or its maximum or minimum. [R,N] -> [R]
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

void main() {
    const uint row = linear_group();
    const uint lane = gl_LocalInvocationID.x;
    float mine = neutral();
    if (row < p.count) {
        for (uint i = lane; i < p.terms; i += gl_WorkGroupSize.x) {
            mine = join(mine, load(x[row * p.terms + i]));
        }
    }
    partial[lane] = mine;
    for (uint size = gl_WorkGroupSize.x; size > 1u;) {  // eight to one: few barriers
        const uint step = max(size / 8u, 1u);
        barrier();
        if (lane < step) {
            for (uint other = lane + step; other < size; other += step) {
                mine = join(mine, partial[other]);
            }
            partial[lane] = mine;
        }
        size = step;
    }
    if (lane == 0u && row < p.count) {
        y[row] = store(p.scale * mine);
    }
}
