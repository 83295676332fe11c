// y[r] = index of the largest of x[r,:]; the first of equals, NaN counts as the largest. [R,N] -> [R]
// Mapping: a workgroup takes a row, by a tree in shared memory: no subgroup operation, so it runs everywhere.
// Bindings: 0 x, 1 y.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "ranking.glsl"

layout(local_size_x_id = 0) in;  // a power of two
layout(push_constant) uniform Push { ArgmaxParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) writeonly buffer Y { uint y[]; };

shared uint best_key[kRowInvocations];
shared uint best_index[kRowInvocations];

void main() {
    const uint row = linear_group();
    const uint lane = gl_LocalInvocationID.x;
    uint key = kNoKey;
    uint index = kNoIndex;
    if (row < p.rows) {
        for (uint i = lane; i < p.columns; i += gl_WorkGroupSize.x) {
            const uint candidate = key_of(load(x[row * p.columns + i]));
            if (candidate > key) {
                key = candidate;
                index = i;
            }
        }
    }
    best_key[lane] = key;
    best_index[lane] = index;
    for (uint size = gl_WorkGroupSize.x; size > 1u;) {  // eight to one: few barriers
        const uint step = max(size / 8u, 1u);
        barrier();
        if (lane < step) {
            for (uint other = lane + step; other < size; other += step) {
                if (ranks_before(best_key[other], best_index[other], key, index)) {
                    key = best_key[other];
                    index = best_index[other];
                }
            }
            best_key[lane] = key;
            best_index[lane] = index;
        }
        size = step;
    }
    if (lane == 0u && row < p.rows) {
        y[row] = index;
    }
}
