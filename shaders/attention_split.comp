// One part of attention for few query rows and many keys (decoding): the keys are split over workgroups, attention_join adds the
// parts up. partial [B,H,T,splits,D + 4]: maximum, sum of weights, 0, 0, then the weighted sum of values; unwritten behind a zero sum.
// Mapping: a workgroup takes one split, and up to ROWS of the T * group rows that share a head of keys, so that keys are read once
// for all of them; grid [splits, ceil(T * group / ROWS) * Hkv, B]. What lies behind the key length costs a look and no more.
// Bindings: 0 q, 1 k, 2 v, 3 bias, 4 owners, 5 dynamics, 6 partial.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;  // a power of two, at most kRowInvocations
layout(constant_id = 1) const uint ROWS = 1u;   // at most kSplitRows
layout(constant_id = 2) const uint HEAD = 64u;  // D
layout(constant_id = 3) const uint BIAS = kBiasNone;
layout(constant_id = 4) const bool OWNED = false;
layout(push_constant) uniform Push { AttentionParams p; };
layout(set = 0, binding = 0) readonly buffer Q { T4 q[]; };
layout(set = 0, binding = 1) readonly buffer K { T4 k[]; };
layout(set = 0, binding = 2) readonly buffer V { T4 v[]; };
layout(set = 0, binding = 3) readonly buffer Bias { T bias[]; };
layout(set = 0, binding = 4) readonly buffer Owners { int owners[]; };
layout(set = 0, binding = 5) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 6) writeonly buffer Partial { vec4 partial[]; };
#include "attention_mask.glsl"

const uint VECS = HEAD / 4u;

shared vec4 queries[kSplitRows * kHeadVecs];
shared float weights[kSplitRows * kSplitKeys];
shared vec4 sums[kRowInvocations];
shared float peaks[kRowInvocations];

// The row's number, head and place in partial; rows beyond the last repeat it.
struct Row {
    uint query, head, at;
};

Row row_of(uint block, uint r, uint kv_head, uint batch) {
    const uint number = min(block * ROWS + r, p.queries * p.group - 1u);
    Row row;
    row.query = number / p.group;
    row.head = kv_head * p.group + number % p.group;
    row.at = (((batch * p.heads + row.head) * p.queries + row.query) * p.splits + gl_WorkGroupID.x) * (VECS + 1u);
    return row;
}

// The maximum of the workgroup's numbers; a NaN may be lost, it lives on in the weights.
float workgroup_max(float mine) {
    const uint me = gl_LocalInvocationID.x;
    peaks[me] = mine;
    for (uint half_size = gl_WorkGroupSize.x / 2u; half_size > 0u; half_size /= 2u) {
        barrier();
        if (me < half_size) {
            peaks[me] = max(peaks[me], peaks[me + half_size]);
        }
    }
    barrier();
    const float most = peaks[0];
    barrier();
    return most;
}

// The scores of row r against the split's keys go to weights; returns this invocation's largest.
float score(Row row, uint r, uint batch, uint first, uint count, Steps steps) {
    const Seen seen = seen_by(batch, row.query);
    float peak = -kInfinity;
    for (uint i = gl_LocalInvocationID.x; i < count; i += gl_WorkGroupSize.x) {
        const uint key = key_of(steps, first + i);
        float x = weights[r * kSplitKeys + i] * p.scale;
        if (BIAS != kBiasNone) {
            x += bias_of(batch, row.head, row.query, seen, key);
        }
        x = sees(seen, key) ? x : -kInfinity;
        weights[r * kSplitKeys + i] = x;
        peak = max(peak, x);
    }
    return peak;
}

// The dot products of all rows with the split's keys go to weights.
void multiply(uint k_at, uint batch, uint first, uint count, Steps steps) {
    for (uint i = gl_LocalInvocationID.x; i < count; i += gl_WorkGroupSize.x) {
        const uint at = k_at + row_at(batch, key_of(steps, first + i), p.k_batch, p.k_row);
        vec4 x[kSplitRows];
        [[unroll]] for (uint r = 0u; r < ROWS; ++r) {
            x[r] = vec4(0.0);
        }
        [[dont_unroll]] for (uint d = 0u; d < VECS; ++d) {
            const vec4 key = load4(k[at + d]);
            [[unroll]] for (uint r = 0u; r < ROWS; ++r) {
                x[r] += queries[r * VECS + d] * key;
            }
        }
        [[unroll]] for (uint r = 0u; r < ROWS; ++r) {
            weights[r * kSplitKeys + i] = x[r].x + x[r].y + x[r].z + x[r].w;
        }
    }
}

// Sums the values under row r's weights into partial; a column of vec4 falls to several invocations, each its share of the keys.
void accumulate(Row row, uint r, float peak, uint v_at, uint batch, uint first, uint count, Steps steps) {
    const uint me = gl_LocalInvocationID.x, size = gl_WorkGroupSize.x, shares = max(size / VECS, 1u), share = me / VECS;
    for (uint column = 0u; column < VECS; column += size) {
        const uint d = column + (shares == 1u ? me : me % VECS);
        vec4 sum = vec4(0.0);
        float total = 0.0;
        if (d < VECS && share < shares) {
            for (uint i = share; i < count; i += shares) {
                const float weight = weights[r * kSplitKeys + i];
                sum += weight * load4(v[v_at + row_at(batch, key_of(steps, first + i), p.v_batch, p.v_row) + d]);
                total += weight;
            }
        }
        sums[me] = sum;
        peaks[me] = total;
        barrier();
        if (me < VECS && d < VECS) {
            for (uint s = 1u; s < shares; ++s) {
                sum += sums[s * VECS + me];
                total += peaks[s * VECS + me];
            }
            partial[row.at + 1u + d] = sum;
            if (d == 0u) {
                partial[row.at] = vec4(peak, total, 0.0, 0.0);
            }
        }
        barrier();
    }
}

void main() {
    const uint me = gl_LocalInvocationID.x, size = gl_WorkGroupSize.x, batch = gl_WorkGroupID.z;
    const uint kv_heads = p.heads / p.group, kv_head = gl_WorkGroupID.y % kv_heads, block = gl_WorkGroupID.y / kv_heads;
    const uint rows = min(ROWS, p.queries * p.group - block * ROWS);
    const Steps steps = steps_of(seen_by(batch, row_of(block, 0u, kv_head, batch).query),
                                 seen_by(batch, row_of(block, ROWS - 1u, kv_head, batch).query));
    const uint first = gl_WorkGroupID.x * p.split_keys;
    if (first >= steps.count) {  // the same for the whole workgroup
        if (me < rows) {
            partial[row_of(block, me, kv_head, batch).at] = vec4(-kInfinity, 0.0, 0.0, 0.0);
        }
        return;
    }
    const uint count = min(p.split_keys, steps.count - first);
    const uint k_at = (p.k_offset + kv_head * HEAD) / 4u;
    const uint v_at = (p.v_offset + kv_head * HEAD) / 4u;
    for (uint f = me; f < ROWS * VECS; f += size) {
        const Row row = row_of(block, f / VECS, kv_head, batch);
        const uint q_at = (p.q_offset + batch * p.q_batch + row.query * p.q_row + row.head * HEAD) / 4u;
        queries[f] = load4(q[q_at + f % VECS]);
    }
    barrier();
    multiply(k_at, batch, first, count, steps);
    for (uint r = 0u; r < rows; ++r) {
        const Row row = row_of(block, r, kv_head, batch);
        const float peak = workgroup_max(score(row, r, batch, first, count, steps));
        const float base = peak == -kInfinity ? 0.0 : peak;
        for (uint i = me; i < count; i += size) {
            const float x = weights[r * kSplitKeys + i];
            weights[r * kSplitKeys + i] = is_nan(x) ? x : exp(x - base);
        }
        barrier();
        accumulate(row, r, peak, v_at, batch, first, count, steps);
    }
}
