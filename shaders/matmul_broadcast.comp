#version 450
// C = act(scale * A B + bias) + residual, for devices with few lanes where a load costs as much as several FMAs (CPUs):
// no shared memory, no barrier, as much reuse in registers as fits.
// A workgroup computes kBroadcastRows rows of kBroadcastColumns * local size columns; an invocation, two vec4 of columns of
// every row. One element of A is loaded by one lane in kGroup and broadcast; groups of a subgroup load the same elements.
// grid: x row tiles (neighbours share a panel of B), y column tiles, z batch.  bindings: 0 A, 1 B, 2 bias, 3 residual, 4 C
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_ballot : require
#include "prelude.glsl"
#include "params.h"
#include "activation.glsl"
#include "matmul.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 6) const bool kGroupOfEight = true;  // else four: no more than a subgroup and a workgroup have

const uint kRows = kBroadcastRows;

// Where the rows this lane loads begin: rows lane % kGroup, then every kGroup-th.
uint a_row(uint row0, uint i) {
    const uint group = kGroupOfEight ? 8 : 4;
    return a_start() + min(row0 + i * group + gl_SubgroupInvocationID % group, p.M - 1) * p.a_row;
}

void main() {
    const uint row0 = gl_WorkGroupID.x * kRows;
    const uint half_tile = gl_WorkGroupSize.x * 4;
    const uint n = gl_WorkGroupID.y * (2 * half_tile) + gl_LocalInvocationID.x * 4;
    const uvec4 left = b_columns(n), right = b_columns(n + half_tile);
    const uint rows[4] = uint[](a_row(row0, 0), a_row(row0, 1), a_row(row0, 2), a_row(row0, 3));

    vec4 sums[kRows][2];
    [[unroll]] for (uint r = 0; r < kRows; ++r) {
        sums[r][0] = sums[r][1] = vec4(0);
    }
    [[dont_unroll]] for (uint k = 0; k < p.K; ++k) {
        float x[kRows];
        if (kGroupOfEight) {
            const float mine[2] = float[](load(a[rows[0] + k]), load(a[rows[1] + k]));
            [[unroll]] for (uint r = 0; r < kRows; ++r) {
                x[r] = subgroupBroadcast(mine[r / 8], r % 8);
            }
        } else {
            const float mine[4] = float[](load(a[rows[0] + k]), load(a[rows[1] + k]), load(a[rows[2] + k]), load(a[rows[3] + k]));
            [[unroll]] for (uint r = 0; r < kRows; ++r) {
                x[r] = subgroupBroadcast(mine[r / 4], r % 4);
            }
        }
        const vec4 weights[2] = vec4[](b_row(left, k), b_row(right, k));
        [[unroll]] for (uint r = 0; r < kRows; ++r) {
            sums[r][0] += x[r] * weights[0];
            sums[r][1] += x[r] * weights[1];
        }
    }
    // The rows come to sums[0] one by one: the way out is compiled once, not kRows times.
    [[dont_unroll]] for (uint row = row0; row < row0 + kRows; ++row) {
        finish(row, n, sums[0][0]);
        finish(row, n + half_tile, sums[0][1]);
        [[unroll]] for (uint r = 1; r < kRows; ++r) {
            sums[r - 1] = sums[r];
        }
    }
}
