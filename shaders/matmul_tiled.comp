#version 450
// C = act(scale * A B + bias) + residual for GPUs of any make: tiles in shared memory, blocks in registers, no subgroup operation.
// A workgroup of kAcross x down invocations computes a tile of 8 * down rows and 8 * kAcross columns, kTiledDepth of K at a time;
// an invocation owns two fours of rows by two fours of columns, half a tile apart, so that neighbours read neighbours.
// grid: x row tiles, y column tiles, z batch.  bindings: 0 A, 1 B, 2 bias, 3 residual, 4 C
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "prelude.glsl"
#include "activation.glsl"
#include "matmul.glsl"
#include "tile.glsl"

uint row_start(uint row) { return a_start() + min(row, p.M - 1) * p.a_row; }

// A at columns k to k + 3 of the row that begins at `start`; zero past K.
vec4 a_four(uint start, uint k) {
    if ((kFours & kFoursA) != 0) {
        return k < p.K ? load4(a4[(start + k) / 4]) : vec4(0);
    }
    vec4 four = vec4(0);
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        if (k + i < p.K) {
            four[i] = load(a[start + k + i]);
        }
    }
    return four;
}

void main() {
    const uint row0 = gl_WorkGroupID.x * tile_rows();
    const uint n0 = gl_WorkGroupID.y * tile_columns();
    const uvec4 columns = b_columns(n0 + own_column());

    vec4 sums[kTiledBlock][2];
    clear(sums);
    [[dont_unroll]] for (uint k = 0; k < p.K; k += kTiledDepth) {
        for (uint at = gl_LocalInvocationID.x; at < tile_rows() * 2; at += gl_WorkGroupSize.x) {
            put_a(at / 2, 4 * (at % 2), a_four(row_start(row0 + at / 2), k + 4 * (at % 2)));
        }
        for (uint depth = own_depth(); depth < kTiledDepth; depth += depth_step()) {
            put_b(depth, k + depth < p.K ? b_row(columns, k + depth) : vec4(0));
        }
        barrier();
        multiply(sums);
        barrier();
    }
    const uint row = row0 + down() * 4, n = n0 + across() * 4;
    [[dont_unroll]] for (uint r = 0; r < kTiledBlock; ++r) {
        const uint at = row + r % 4 + r / 4 * (tile_rows() / 2);
        finish(at, n, sums[0][0]);
        finish(at, n + tile_columns() / 2, sums[0][1]);
        next_row(sums);
    }
}
