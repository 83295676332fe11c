#version 450
// C = act(scale * A B + bias) + residual for few rows (a decoded token): B is read once, at the speed of memory.
// A workgroup is a grid of kLanes x slices invocations: a lane owns four columns of all rows, the slices share out K, and their
// sums meet in shared memory. CPUs take one slice; GPUs take enough of them to have many loads under way.
// grid: x tiles of 4 * kLanes columns, z batch.  bindings: 0 A, 1 B, 2 bias, 3 residual, 4 C
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "prelude.glsl"
#include "activation.glsl"
#include "matmul.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kLanes = 16;  // 1, or a power of two up to the workgroup
layout(constant_id = 7) const uint kRows = 1;    // M, at most kRowRows: the registers and loads of the others are left out

#include "slices.glsl"

// Whether fours of B run along K.
bool along_k() { return kTransposeB && (kFours & kFoursB) != 0; }

// Four rows of B from k on, of four columns: mat4 columns are B's rows, with along_k() B's columns.
mat4 b_block(uvec4 columns, uint k) {
    if (along_k()) {
        const uvec4 at = (columns + k) / 4;
        return mat4(load_weight4(b4[at.x]), load_weight4(b4[at.y]), load_weight4(b4[at.z]), load_weight4(b4[at.w]));
    }
    return mat4(b_row(columns, k), b_row(columns, k + 1), b_row(columns, k + 2), b_row(columns, k + 3));
}

vec4 a_four(uint at) {
    if ((kFours & kFoursA) != 0) {
        return load4(a4[at / 4]);
    }
    return vec4(load(a[at]), load(a[at + 1]), load(a[at + 2]), load(a[at + 3]));
}

void main() {
    const uint slices = slice_count(), slice = own_slice();
    const uint n = (gl_WorkGroupID.x * kLanes + own_lane()) * 4;
    const uvec4 columns = b_columns(n);
    const uint row0 = a_start();

    vec4 sums[kRowRows];
    [[unroll]] for (uint r = 0; r < kRowRows; ++r) {
        sums[r] = vec4(0);
    }
    const uint quads = p.K / 4;
    for (uint k = 4 * slice; k < 4 * quads; k += 4 * slices) {
        const mat4 weights = b_block(columns, k);
        [[unroll]] for (uint r = 0; r < kRowRows; ++r) {
            if (r < kRows) {
                const vec4 x = a_four(row0 + r * p.a_row + k);
                sums[r] += along_k() ? x * weights : weights * x;
            }
        }
    }
    for (uint k = 4 * quads + slice; k < p.K; k += slices) {
        const vec4 weights = b_row(columns, k);
        [[unroll]] for (uint r = 0; r < kRowRows; ++r) {
            if (r < kRows) {
                sums[r] += load(a[row0 + r * p.a_row + k]) * weights;
            }
        }
    }
    [[unroll]] for (uint r = 0; r < kRowRows; ++r) {
        if (r < kRows && slices > 1) {
            sums[r] = sum_slices(sums[r]);
        }
    }
    if (slice != 0) {
        return;
    }
    [[dont_unroll]] for (uint row = 0; row < kRows; ++row) {
        finish(row, n, sums[0]);
        [[unroll]] for (uint r = 1; r < kRowRows; ++r) {
            sums[r - 1] = sums[r];
        }
    }
}
