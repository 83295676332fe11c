// weights = softmax over s of v . tanh(q[t] + k[s]), out = weights values; q [B,T,A], k [.,S,A], values [.,S,C], any T, S, A, C.
// Mapping: row_group.glsl, where a row is a block of BLOCK query rows that share what they load: lanes take keys for the scores, then
// channels for the sums. Between the two the weights wait in their own memory, so that no S is too long. Subgroups take terms and
// channels four at a time.
// Bindings: 0 q, 1 k, 2 v, 3 values, 4 owners, 5 dynamics, 6 out, 7 weights.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#ifdef SUBGROUP
#extension GL_KHR_shader_subgroup_basic : require
#endif
#include "prelude.glsl"
#include "activation.glsl"

#ifdef SUBGROUP
#define STORED T4
#define NUMBER vec4
#define FETCH load4
#define KEEP store4
const uint kWidth = 4u;
#else
#define STORED T
#define NUMBER float
#define FETCH load
#define KEEP store
const uint kWidth = 1u;
#endif

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint ROWS = 1u;   // blocks a workgroup
layout(constant_id = 2) const uint BLOCK = 1u;  // at most kAdditiveRows
layout(constant_id = 3) const bool OWNED = false;
layout(push_constant) uniform Push { AdditiveAttentionParams p; };
layout(set = 0, binding = 0) readonly buffer Q { STORED q[]; };
layout(set = 0, binding = 1) readonly buffer K { STORED k[]; };
layout(set = 0, binding = 2) readonly buffer V { STORED v[]; };
layout(set = 0, binding = 3) readonly buffer Values { STORED values[]; };
layout(set = 0, binding = 4) readonly buffer Owners { int owners[]; };
layout(set = 0, binding = 5) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 6) writeonly buffer Out { STORED result[]; };
layout(set = 0, binding = 7) coherent buffer Weights { float weights[]; };
#include "row_group.glsl"

uint at[kAdditiveRows];  // the block's rows of q, result and weights
bool kept[kAdditiveRows];
float top[kAdditiveRows];

// What the lanes of a row wrote is there for all of them.
void weights_written() {
#ifdef SUBGROUP
    subgroupMemoryBarrierBuffer();
    subgroupBarrier();
#else
    memoryBarrierBuffer();
    barrier();
#endif
}

void score(uint keys_at, uint limit) {
    for (uint s = row_lane(); s < limit; s += row_lanes()) {
        float sums[kAdditiveRows];
        [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
            sums[r] = 0.0;
        }
        const uint width = p.size / kWidth, k_at = (keys_at + s) * width;
        for (uint a = 0u; a < width; ++a) {
            const NUMBER key = FETCH(k[k_at + a]), factor = FETCH(v[a]);
            [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
                sums[r] += dot(factor, activate(FETCH(q[at[r] * width + a]) + key, kActivationTanh));
            }
        }
        [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
            top[r] = max(top[r], sums[r]);
            if (kept[r]) {
                weights[at[r] * p.keys + s] = sums[r];
            }
        }
    }
}

// A lane turns the scores it wrote itself into weights.
void weigh(uint row, float peak, uint limit) {
    const float base = peak == -kInfinity ? 0.0 : peak;
    float sum = 0.0;
    for (uint s = row_lane(); s < limit; s += row_lanes()) {
        const float e = weights[row * p.keys + s];
        sum += is_nan(e) ? e : exp(e - base);
    }
    sum = row_sum(sum);
    for (uint s = row_lane(); s < p.keys; s += row_lanes()) {
        const uint i = row * p.keys + s;
        weights[i] = s < limit && sum != 0.0 ? is_nan(sum) ? sum : exp(weights[i] - base) / sum : 0.0;
    }
}

void mix(uint keys_at, uint limit) {
    const uint width = p.channels / kWidth;
    for (uint c = row_lane(); c < width; c += row_lanes()) {
        NUMBER sums[kAdditiveRows];
        [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
            sums[r] = NUMBER(0.0);
        }
        for (uint s = 0u; s < limit; ++s) {
            const NUMBER value = FETCH(values[(keys_at + s) * width + c]);
            [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
                sums[r] += weights[at[r] * p.keys + s] * value;
            }
        }
        [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
            if (kept[r]) {
                result[at[r] * width + c] = KEEP(sums[r]);
            }
        }
    }
}

void main() {
    for (uint row = first_row(); row < last_row(); row += row_step()) {
        const uint batch = row / p.blocks, first = row % p.blocks * BLOCK;
        [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
            kept[r] = first + r < p.queries;
            at[r] = batch * p.queries + min(first + r, p.queries - 1u);
            top[r] = -kInfinity;
        }
        const uint owner = OWNED ? uint(clamp(owners[p.owners + batch], 0, int(p.key_rows) - 1)) : batch;
        const uint limit = p.key_lengths == kAbsent ? p.keys : min(uint(max(dynamics[p.key_lengths + batch], 0)), p.keys);
        score(owner * p.keys, limit);
        [[unroll]] for (uint r = 0u; r < BLOCK; ++r) {
            if (kept[r]) {
                weigh(at[r], row_max(top[r]), limit);
            }
        }
        weights_written();
        mix(owner * p.keys, limit);
    }
}
