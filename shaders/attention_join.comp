// Adds up what attention_split left: out [B,T,H*D] from partial [B,H,T,splits,D + 4].
// Mapping: a workgroup takes a row (b,h,t), an invocation some of its vec4; grid [T,H,B].
// Only the parts up to the sentence's key length were computed: attention_split's grid follows the longest.
// Bindings: 0 partial, 1 dynamics, 2 out, 3 stats.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint HEAD = 64u;  // D
layout(constant_id = 2) const bool STATS = false;
layout(push_constant) uniform Push { AttentionParams p; };
layout(set = 0, binding = 0) readonly buffer Partial { vec4 partial[]; };
layout(set = 0, binding = 1) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 2) writeonly buffer Out { T4 result[]; };
layout(set = 0, binding = 3) writeonly buffer Stats { vec2 stats[]; };

const uint VECS = HEAD / 4u;

uint splits_of(uint batch) {
    if (p.key_lengths == kAbsent) {
        return p.splits;
    }
    const uint keys = uint(max(dynamics[p.key_lengths + batch], 1));
    return min((keys - 1u) / p.split_keys + 1u, p.splits);
}

void main() {
    const uint row = gl_WorkGroupID.x, head = gl_WorkGroupID.y, batch = gl_WorkGroupID.z;
    const uint number = (batch * p.heads + head) * p.queries + row;
    const uint at = number * p.splits * (VECS + 1u);
    const uint splits = splits_of(batch);
    float top = -kInfinity;
    for (uint s = 0u; s < splits; ++s) {
        top = max(top, partial[at + s * (VECS + 1u)].x);
    }
    const float base = top == -kInfinity ? 0.0 : top;
    for (uint d = gl_LocalInvocationID.x; d < VECS; d += gl_WorkGroupSize.x) {
        vec4 sum = vec4(0.0);
        float total = 0.0;
        for (uint s = 0u; s < splits; ++s) {
            const vec4 head_of_part = partial[at + s * (VECS + 1u)];
            if (head_of_part.y != 0.0) {
                const float shrink = exp(head_of_part.x - base);
                sum += partial[at + s * (VECS + 1u) + 1u + d] * shrink;
                total += head_of_part.y * shrink;
            }
        }
        result[((batch * p.queries + row) * p.heads + head) * VECS + d] = store4(sum * (total == 0.0 ? 0.0 : 1.0 / total));
        if (STATS && d == 0u) {
            stats[number] = vec2(top, total);
        }
    }
}
