#version 450
// C = act(scale * A B + bias) + residual, for devices with few lanes where a load costs as much as several FMAs (CPUs):
// no shared memory, no barrier, as much reuse in registers as fits.
// A workgroup computes kRows rows of kBroadcastColumns * local size columns; an invocation, two vec4 of columns of
// every row.
// grid: x row tiles (neighbours share a panel of B), y column tiles, z batch.  bindings: 0 A, 1 B, 2 bias, 3 residual, 4 C
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_ballot : require
#include "prelude.glsl"
#include "activation.glsl"
#include "matmul.glsl"
#include "broadcast.glsl"

void main() {
    const uint row0 = gl_WorkGroupID.x * kRows;
    const uint half_tile = gl_WorkGroupSize.x * 4;
    const uint n = gl_WorkGroupID.y * (2 * half_tile) + gl_LocalInvocationID.x * 4;
    const uvec4 left = b_columns(n), right = b_columns(n + half_tile);
    uint starts[4];
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        starts[i] = a_start() + min(row0 + own_row(i), p.M - 1) * p.a_row;
    }

    vec4 sums[kBroadcastRows][2];
    clear(sums);
    [[dont_unroll]] for (uint k = 0; k < p.K; ++k) {
        float mine[4];
        [[unroll]] for (uint i = 0; i < 4; ++i) {
            if (i < own_rows()) {
                mine[i] = load(a[starts[i] + k]);
            }
        }
        add_products(mine, b_row(left, k), b_row(right, k), sums);
    }
    [[dont_unroll]] for (uint row = row0; row < row0 + kRows; ++row) {
        finish(row, n, sums[0][0]);
        finish(row, n + half_tile, sums[0][1]);
        next_row(sums);
    }
}
