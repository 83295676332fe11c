#version 450
// conv2d as an implicit matmul, for devices with few lanes (CPUs): matmul_broadcast.comp with gathered rows.
// A workgroup computes kRows output pixels by kBroadcastColumns * local size channels.
// grid: x pixel tiles, y channel tiles.  bindings: 0 x, 1 weight, 2 bias, 3 out
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_ballot : require
#include "prelude.glsl"
#include "activation.glsl"
#include "conv2d.glsl"
#include "broadcast.glsl"

void main() {
    const uint m0 = gl_WorkGroupID.x * kRows;
    const uint half_tile = gl_WorkGroupSize.x * 4;
    const uint n = gl_WorkGroupID.y * (2 * half_tile) + gl_LocalInvocationID.x * 4;
    const uint left = weight_column(n), right = weight_column(n + half_tile);
    ivec3 corners[4];
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        corners[i] = corner(m0 + own_row(i));
    }

    vec4 sums[kBroadcastRows][2];
    clear(sums);
    uint k = 0;
    [[dont_unroll]] for (uint segment = 0; segment < p.kernel_y * p.segments_x; ++segment) {
        uint starts[4];
        [[unroll]] for (uint i = 0; i < 4; ++i) {
            starts[i] = segment_start(corners[i], segment);
        }
        [[dont_unroll]] for (uint at = 0; at < p.segment; ++at) {
            float mine[4];
            [[unroll]] for (uint i = 0; i < 4; ++i) {
                if (i < own_rows()) {
                    const bool outside = kPadded && starts[i] == kOutside;
                    const float pixel = load(x[outside ? p.x_offset : starts[i] + at]);
                    mine[i] = outside ? 0.0 : pixel;
                }
            }
            add_products(mine, weight_row(left, k), weight_row(right, k), sums);
            ++k;
        }
    }
    [[dont_unroll]] for (uint m = m0; m < m0 + kRows; ++m) {
        finish(m, n, sums[0][0]);
        finish(m, n + half_tile, sums[0][1]);
        next_row(sums);
    }
}
