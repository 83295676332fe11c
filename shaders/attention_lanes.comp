// out = softmax(scale * q k^T + bias, masks) v, for devices whose subgroups are a CPU's short vectors.
// Mapping: an invocation owns one query row of one head, a workgroup LANES rows; grid [ceil(T / LANES),H,B]. Keys and values are
// read by the lanes together and handed round by shuffles, so nothing is reduced across lanes, shared or waited for.
// Bindings: 0 q, 1 k, 2 v, 3 bias, 4 owners, 5 dynamics, 6 out, 7 stats.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;                     // LANES, all in one subgroup
layout(constant_id = 1) const uint LANES = 8u;
layout(constant_id = 2) const uint HEAD = 64u;      // D
layout(constant_id = 3) const uint STEP = 2u;       // keys taken together, at most 4
layout(constant_id = 4) const uint BIAS = kBiasNone;
layout(constant_id = 5) const bool OWNED = false;
layout(constant_id = 6) const bool STATS = false;
layout(push_constant) uniform Push { AttentionParams p; };
layout(set = 0, binding = 0) readonly buffer Q { T4 q[]; };
layout(set = 0, binding = 1) readonly buffer K { T4 k[]; };
layout(set = 0, binding = 2) readonly buffer V { T4 v[]; };
layout(set = 0, binding = 3) readonly buffer Bias { T bias[]; };
layout(set = 0, binding = 4) readonly buffer Owners { int owners[]; };
layout(set = 0, binding = 5) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 6) writeonly buffer Out { T4 result[]; };
layout(set = 0, binding = 7) writeonly buffer Stats { vec2 stats[]; };
#include "attention_mask.glsl"

const uint VECS = HEAD / 4u;
const uint LOADS = (STEP * VECS + LANES - 1u) / LANES;

const uint kMaxStep = 4u;

vec4 query[kHeadVecs];  // walked by a loop that stays one: the loads it wraps are what takes long to compile
vec4 tile[kHeadVecs];   // STEP rows of keys or values; vec4 number f lies in lane f % LANES
vec4 sums[kHeadVecs];
float x[kMaxStep];
float top = -kInfinity, total = 0.0;

// With a constant lane; subgroupBroadcast is a loop in older lavapipes.
vec4 tile_at(uint f) { return subgroupShuffle(tile[f / LANES], f % LANES); }

// The key of the tile's vec4 number f; the last one again behind the end, which is masked.
uint tile_key(Steps steps, uint first, uint f) { return key_of(steps, min(first + f / VECS, steps.count - 1u)); }

void score() {
    [[unroll]] for (uint j = 0u; j < STEP; ++j) {
        x[j] = 0.0;
    }
    [[unroll]] for (uint i = 0u; i < VECS; ++i) {
        [[unroll]] for (uint j = 0u; j < STEP; ++j) {
            const vec4 product = query[i] * tile_at(j * VECS + i);
            x[j] = x[j] + product.x + product.y + product.z + product.w;
        }
    }
}

// Scales, adds the bias, masks, and turns scores into weights under the new maximum; returns what shrinks the sums under the old one.
float weigh(uint batch, uint head, uint row, Seen seen, Steps steps, uint first) {
    float peak = top;
    [[unroll]] for (uint j = 0u; j < STEP; ++j) {
        const uint key = key_of(steps, min(first + j, steps.count - 1u));
        x[j] *= p.scale;
        if (BIAS != kBiasNone) {
            x[j] += bias_of(batch, head, row, seen, key);
        }
        x[j] = first + j < steps.count && sees(seen, key) ? x[j] : -kInfinity;
        peak = max(peak, x[j]);
    }
    const float base = peak == -kInfinity ? 0.0 : peak;
    const float shrink = exp(top - base);
    top = peak;
    total *= shrink;
    [[unroll]] for (uint j = 0u; j < STEP; ++j) {
        x[j] = is_nan(x[j]) ? x[j] : exp(x[j] - base);
        total += x[j];
    }
    return shrink;
}

void accumulate(float shrink) {
    [[unroll]] for (uint i = 0u; i < VECS; ++i) {
        sums[i] *= shrink;
        [[unroll]] for (uint j = 0u; j < STEP; ++j) {
            sums[i] += x[j] * tile_at(j * VECS + i);
        }
    }
}

void main() {
    const uint lane = gl_LocalInvocationID.x, head = gl_WorkGroupID.y, batch = gl_WorkGroupID.z;
    const uint first_row = gl_WorkGroupID.x * LANES;
    const uint row = min(first_row + lane, p.queries - 1u);
    const Seen seen = seen_by(batch, row);
    const Steps steps = steps_of(seen_by(batch, first_row), seen_by(batch, min(first_row + LANES, p.queries) - 1u));

    const uint q_at = (p.q_offset + batch * p.q_batch + row * p.q_row + head * HEAD) / 4u;
    const uint k_at = (p.k_offset + head / p.group * HEAD) / 4u;
    const uint v_at = (p.v_offset + head / p.group * HEAD) / 4u;
    [[dont_unroll]] for (uint i = 0u; i < VECS; ++i) {
        query[i] = load4(q[q_at + i]);
    }
    [[unroll]] for (uint i = 0u; i < VECS; ++i) {
        sums[i] = vec4(0.0);
    }
    for (uint first = 0u; first < steps.count; first += STEP) {
        [[unroll]] for (uint c = 0u; c < LOADS; ++c) {
            const uint f = c * LANES + lane;
            tile[c] = load4(k[k_at + row_at(batch, tile_key(steps, first, f), p.k_batch, p.k_row) + f % VECS]);
        }
        score();
        [[unroll]] for (uint c = 0u; c < LOADS; ++c) {
            const uint f = c * LANES + lane;
            tile[c] = load4(v[v_at + row_at(batch, tile_key(steps, first, f), p.v_batch, p.v_row) + f % VECS]);
        }
        accumulate(weigh(batch, head, row, seen, steps, first));
    }
    [[unroll]] for (uint i = 0u; i < VECS; ++i) {
        query[i] = sums[i] * (total == 0.0 ? 0.0 : 1.0 / total);
    }
    if (first_row + lane < p.queries) {
        const uint out_at = ((batch * p.queries + row) * p.heads + head) * VECS;
        [[dont_unroll]] for (uint i = 0u; i < VECS; ++i) {
            result[out_at + i] = store4(query[i]);
        }
        if (STATS) {
            stats[(batch * p.heads + head) * p.queries + row] = vec2(top, total);
        }
    }
}
