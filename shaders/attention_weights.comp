// weights [B,n,T,S] = exp(scale * q k^T + bias - maximum) / sum of the chosen heads: what attention() used, made again from its statistics.
// Mapping: an invocation owns one key and ROWS query rows, which share the loaded key; grid [ceil(S / workgroup),ceil(T / ROWS),B * n].
// With SUBGROUP defined a workgroup is one subgroup of ROWS lanes: each lane loads one of the rows and hands it round.
// Bindings: 0 q, 1 k, 2 bias, 3 owners, 4 dynamics, 5 stats, 6 weights.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#ifdef SUBGROUP
#extension GL_KHR_shader_subgroup_shuffle : require
#endif
#include "prelude.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint ROWS = 4u;   // at most kWeightsRows
layout(constant_id = 2) const uint HEAD = 64u;  // D
layout(constant_id = 3) const uint BIAS = kBiasNone;
layout(constant_id = 4) const bool OWNED = false;
layout(push_constant) uniform Push { AttentionWeightsParams p; };
layout(set = 0, binding = 0) readonly buffer Q { T4 q[]; };
layout(set = 0, binding = 1) readonly buffer K { T4 k[]; };
layout(set = 0, binding = 2) readonly buffer Bias { T bias[]; };
layout(set = 0, binding = 3) readonly buffer Owners { int owners[]; };
layout(set = 0, binding = 4) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 5) readonly buffer Stats { vec2 stats[]; };
layout(set = 0, binding = 6) writeonly buffer Weights { float weights[]; };
#include "attention_mask.glsl"

const uint VECS = HEAD / 4u;

uint head_of(uint i) { return p.listed != 0u ? p.list[i / 4u] >> (i % 4u * 8u) & 0xffu : i; }

uint row_of(uint r) { return min(gl_WorkGroupID.y * ROWS + r, p.queries - 1u); }

void main() {
    const uint key = min(gl_GlobalInvocationID.x, p.keys - 1u);
    const uint batch = gl_WorkGroupID.z / p.chosen, chosen = gl_WorkGroupID.z % p.chosen, head = head_of(chosen);
    const uint k_at = (p.k_offset + head / p.group * HEAD) / 4u + row_at(batch, key, p.k_batch, p.k_row);
    const uint q_at = (p.q_offset + batch * p.q_batch + head * HEAD) / 4u;
    const uint q_row = p.q_row / 4u;
    vec4 x[kWeightsRows];
    [[unroll]] for (uint r = 0u; r < ROWS; ++r) {
        x[r] = vec4(0.0);
    }
    [[dont_unroll]] for (uint d = 0u; d < VECS; ++d) {
        const vec4 part = load4(k[k_at + d]);
#ifdef SUBGROUP
        const vec4 query = load4(q[q_at + row_of(gl_LocalInvocationID.x) * q_row + d]);
        [[unroll]] for (uint r = 0u; r < ROWS; ++r) {
            x[r] += part * subgroupShuffle(query, r);
        }
#else
        [[unroll]] for (uint r = 0u; r < ROWS; ++r) {
            x[r] += part * load4(q[q_at + row_of(r) * q_row + d]);
        }
#endif
    }
    [[unroll]] for (uint r = 0u; r < ROWS; ++r) {
        const uint row = row_of(r);
        float score = p.scale * (x[r].x + x[r].y + x[r].z + x[r].w);
        const Seen seen_keys = seen_by(batch, row);
        if (BIAS != kBiasNone) {
            score += bias_of(batch, head, row, seen_keys, key);
        }
        const vec2 stat = stats[(batch * p.heads + head) * p.queries + row];
        const bool seen = stat.y != 0.0 && sees(seen_keys, key);
        if (gl_GlobalInvocationID.x < p.keys && gl_WorkGroupID.y * ROWS + r < p.queries) {
            weights[((batch * p.chosen + chosen) * p.queries + row) * p.keys + key] = seen ? exp(score - stat.x) / stat.y : 0.0;
        }
    }
}
