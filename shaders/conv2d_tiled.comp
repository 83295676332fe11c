#version 450
// conv2d as an implicit matmul, for GPUs: matmul_tiled.comp with gathered rows.
// A workgroup of kAcross x down invocations computes 8 * down output pixels by 8 * kAcross channels.
// grid: x pixel tiles, y channel tiles.  bindings: 0 x, 1 weight, 2 bias, 3 out
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "prelude.glsl"
#include "activation.glsl"
#include "conv2d.glsl"
#include "tile.glsl"

// Elements k to k + 3 of a patch; zero outside the image and past K.
vec4 patch_four(ivec3 patch_corner, uint k) {
    vec4 four = vec4(0);
    if ((kFours & kFoursA) != 0) {
        const uint start = segment_start(patch_corner, min(k, p.K - 1) / p.segment);
        if (k < p.K && start != kOutside) {
            four = load4(x4[(start + k % p.segment) / 4]);
        }
        return four;
    }
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        const uint start = segment_start(patch_corner, min(k + i, p.K - 1) / p.segment);
        if (k + i < p.K && start != kOutside) {
            four[i] = load(x[start + (k + i) % p.segment]);
        }
    }
    return four;
}

void main() {
    const uint m0 = gl_WorkGroupID.x * tile_rows();
    const uint n0 = gl_WorkGroupID.y * tile_columns();
    const uint column = weight_column(n0 + own_column());

    vec4 sums[kTiledBlock][2];
    clear(sums);
    [[dont_unroll]] for (uint k = 0; k < p.K; k += kTiledDepth) {
        for (uint at = gl_LocalInvocationID.x; at < tile_rows() * 2; at += gl_WorkGroupSize.x) {
            put_a(at / 2, 4 * (at % 2), patch_four(corner(m0 + at / 2), k + 4 * (at % 2)));
        }
        for (uint depth = own_depth(); depth < kTiledDepth; depth += depth_step()) {
            put_b(depth, k + depth < p.K ? weight_row(column, k + depth) : vec4(0));
        }
        barrier();
        multiply(sums);
        barrier();
    }
    const uint m = m0 + down() * 4, n = n0 + across() * 4;
    [[dont_unroll]] for (uint r = 0; r < kTiledBlock; ++r) {
        const uint at = m + r % 4 + r / 4 * (tile_rows() / 2);
        finish(at, n, sums[0][0]);
        finish(at, n + tile_columns() / 2, sums[0][1]);
        next_row(sums);
    }
}
