// out = softmax(scale * q k^T + bias, masks) v, through shared memory: the strategy for GPUs. No subgroup operation.
// Mapping: a workgroup takes ROWS * ROW_GROUPS query rows of one head, grid [ceil(T / rows),H,B], and walks the keys in tiles of
// KEYS * COLUMN_GROUPS. Invocation (g, c) scores rows g + i * ROW_GROUPS against keys c + j * COLUMN_GROUPS, then sums the same rows'
// columns c + j * COLUMN_GROUPS. At most kTileVecs, kTileWeights and kTilePeaks of shared memory: 15.5 KiB.
// Bindings: 0 q, 1 k, 2 v, 3 bias, 4 owners, 5 dynamics, 6 out, 7 stats.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;  // ROW_GROUPS * COLUMN_GROUPS
layout(constant_id = 1) const uint ROW_GROUPS = 8u;
layout(constant_id = 2) const uint COLUMN_GROUPS = 8u;
layout(constant_id = 3) const uint ROWS = 2u;   // at most 2
layout(constant_id = 4) const uint KEYS = 4u;   // at most 4
layout(constant_id = 5) const uint HEAD = 64u;  // D
layout(constant_id = 6) const uint BIAS = kBiasNone;
layout(constant_id = 7) const bool OWNED = false;
layout(constant_id = 8) const bool STATS = false;
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
const uint PITCH = VECS + 1u;  // so that neighbours meet different banks
const uint TILE_ROWS = ROWS * ROW_GROUPS, TILE_KEYS = KEYS * COLUMN_GROUPS;
const uint KEYS_AT = TILE_ROWS * PITCH;  // where the tile of keys or values begins, behind the queries
const uint COLUMNS = (VECS + COLUMN_GROUPS - 1u) / COLUMN_GROUPS;  // vec4 a row and invocation; at most 8

shared vec4 tiles[kTileVecs];
shared float weights[kTileWeights];
shared float peaks[kTilePeaks];

const uint kMaxRows = 2u, kMaxKeys = 4u, kMaxColumns = 8u;
float x[kMaxRows][kMaxKeys];
vec4 sums[kMaxRows][kMaxColumns];
float top[kMaxRows], total[kMaxRows];

void score(uint g, uint c) {
    [[unroll]] for (uint i = 0u; i < ROWS; ++i) {
        [[unroll]] for (uint j = 0u; j < KEYS; ++j) {
            x[i][j] = 0.0;
        }
    }
    [[dont_unroll]] for (uint d = 0u; d < VECS; ++d) {
        vec4 key[kMaxKeys];
        [[unroll]] for (uint j = 0u; j < KEYS; ++j) {
            key[j] = tiles[KEYS_AT + (c + j * COLUMN_GROUPS) * PITCH + d];
        }
        [[unroll]] for (uint i = 0u; i < ROWS; ++i) {
            const vec4 query = tiles[(g + i * ROW_GROUPS) * PITCH + d];
            [[unroll]] for (uint j = 0u; j < KEYS; ++j) {
                x[i][j] += dot(query, key[j]);
            }
        }
    }
}

// Masks the scores of tile `first`, and shares each part of a row's maximum.
void mask(uint g, uint c, uint first, uint batch, uint head, uint first_row, Steps steps) {
    [[unroll]] for (uint i = 0u; i < ROWS; ++i) {
        const uint row = min(first_row + g + i * ROW_GROUPS, p.queries - 1u);
        const Seen seen = seen_by(batch, row);
        float peak = -kInfinity;
        [[unroll]] for (uint j = 0u; j < KEYS; ++j) {
            const uint step_number = first + c + j * COLUMN_GROUPS;
            const uint key = key_of(steps, min(step_number, steps.count - 1u));
            x[i][j] *= p.scale;
            if (BIAS != kBiasNone) {
                x[i][j] += bias_of(batch, head, row, seen, key);
            }
            x[i][j] = step_number < steps.count && sees(seen, key) ? x[i][j] : -kInfinity;
            peak = max(peak, x[i][j]);
        }
        peaks[(g + i * ROW_GROUPS) * COLUMN_GROUPS + c] = peak;
    }
}

// Turns scores into weights under the row's new maximum, and shrinks what was summed under the old one.
void weigh(uint g, uint c) {
    [[unroll]] for (uint i = 0u; i < ROWS; ++i) {
        const uint row = g + i * ROW_GROUPS;
        float peak = top[i];
        for (uint j = 0u; j < COLUMN_GROUPS; ++j) {
            peak = max(peak, peaks[row * COLUMN_GROUPS + j]);
        }
        const float base = peak == -kInfinity ? 0.0 : peak;
        const float shrink = exp(top[i] - base);
        top[i] = peak;
        total[i] *= shrink;
        [[unroll]] for (uint j = 0u; j < COLUMNS; ++j) {
            sums[i][j] *= shrink;
        }
        [[unroll]] for (uint j = 0u; j < KEYS; ++j) {
            weights[row * TILE_KEYS + c + j * COLUMN_GROUPS] = is_nan(x[i][j]) ? x[i][j] : exp(x[i][j] - base);
        }
    }
}

void accumulate(uint g, uint c) {
    [[dont_unroll]] for (uint key = 0u; key < TILE_KEYS; ++key) {
        vec4 value[kMaxColumns];
        [[unroll]] for (uint j = 0u; j < COLUMNS; ++j) {
            value[j] = tiles[KEYS_AT + key * PITCH + min(c + j * COLUMN_GROUPS, VECS - 1u)];
        }
        [[unroll]] for (uint i = 0u; i < ROWS; ++i) {
            const float weight = weights[(g + i * ROW_GROUPS) * TILE_KEYS + key];
            total[i] += weight;
            [[unroll]] for (uint j = 0u; j < COLUMNS; ++j) {
                sums[i][j] += weight * value[j];
            }
        }
    }
}

void main() {
    const uint me = gl_LocalInvocationID.x, g = me / COLUMN_GROUPS, c = me % COLUMN_GROUPS;
    const uint head = gl_WorkGroupID.y, batch = gl_WorkGroupID.z, first_row = gl_WorkGroupID.x * TILE_ROWS;
    const Steps steps = steps_of(seen_by(batch, first_row), seen_by(batch, min(first_row + TILE_ROWS, p.queries) - 1u));
    const uint k_at = (p.k_offset + head / p.group * HEAD) / 4u;
    const uint v_at = (p.v_offset + head / p.group * HEAD) / 4u;
    for (uint f = me; f < TILE_ROWS * VECS; f += gl_WorkGroupSize.x) {
        const uint row = min(first_row + f / VECS, p.queries - 1u);
        const uint q_at = (p.q_offset + batch * p.q_batch + row * p.q_row + head * HEAD) / 4u;
        tiles[f / VECS * PITCH + f % VECS] = load4(q[q_at + f % VECS]);
    }
    [[unroll]] for (uint i = 0u; i < ROWS; ++i) {
        top[i] = -kInfinity;
        total[i] = 0.0;
        [[unroll]] for (uint j = 0u; j < COLUMNS; ++j) {
            sums[i][j] = vec4(0.0);
        }
    }
    for (uint first = 0u; first < steps.count; first += TILE_KEYS) {
        for (uint f = me; f < TILE_KEYS * VECS; f += gl_WorkGroupSize.x) {
            const uint key = key_of(steps, min(first + f / VECS, steps.count - 1u));
            tiles[KEYS_AT + f / VECS * PITCH + f % VECS] = load4(k[k_at + row_at(batch, key, p.k_batch, p.k_row) + f % VECS]);
        }
        barrier();
        score(g, c);
        mask(g, c, first, batch, head, first_row, steps);
        barrier();
        weigh(g, c);
        for (uint f = me; f < TILE_KEYS * VECS; f += gl_WorkGroupSize.x) {
            const uint key = key_of(steps, min(first + f / VECS, steps.count - 1u));
            tiles[KEYS_AT + f / VECS * PITCH + f % VECS] = load4(v[v_at + row_at(batch, key, p.v_batch, p.v_row) + f % VECS]);
        }
        barrier();
        accumulate(g, c);
        barrier();
    }
    [[unroll]] for (uint i = 0u; i < ROWS; ++i) {
        const uint row = first_row + g + i * ROW_GROUPS;
        const float norm = total[i] == 0.0 ? 0.0 : 1.0 / total[i];
        const uint out_at = ((batch * p.queries + row) * p.heads + head) * VECS;
        [[unroll]] for (uint j = 0u; j < COLUMNS; ++j) {
            if (row < p.queries && c + j * COLUMN_GROUPS < VECS) {
                result[out_at + c + j * COLUMN_GROUPS] = store4(sums[i][j] * norm);
            }
        }
        if (STATS && c == 0u && row < p.queries) {
            stats[(batch * p.heads + head) * p.queries + row] = vec2(top[i], total[i]);
        }
    }
}
