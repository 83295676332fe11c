// y = (s - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis, with s = x + residual; [R,N]. RMS: no mean is taken off.
// Mapping: row_group.glsl. The variance is a second pass over the row: E[s^2] - mean^2 cancels where the mean is far from zero.
// Bindings: 0 x, 1 residual, 2 gamma, 3 beta, 4 y, 5 sum.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint ROWS = 1u;  // a workgroup
layout(constant_id = 2) const bool RMS = false;
layout(constant_id = 3) const bool RESIDUAL = false;
layout(constant_id = 4) const bool GAMMA = false;
layout(constant_id = 5) const bool BETA = false;
layout(push_constant) uniform Push { LayerNormParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) readonly buffer Residual { T residual[]; };
layout(set = 0, binding = 2) readonly buffer Gamma { T gamma[]; };
layout(set = 0, binding = 3) readonly buffer Beta { T beta[]; };
layout(set = 0, binding = 4) writeonly buffer Y { T y[]; };
layout(set = 0, binding = 5) writeonly buffer Sum { T sum[]; };
#include "row_group.glsl"

float term(uint i) { return RESIDUAL ? load(x[i]) + load(residual[i]) : load(x[i]); }

void main() {
    const uint lanes = row_lanes(), lane = row_lane();
    for (uint row = first_row(); row < last_row(); row += row_step()) {
        const uint begin = row * p.columns + lane, end = (row + 1u) * p.columns;
        float mean = 0.0;
        for (uint i = begin; i < end; i += lanes) {
            mean += term(i);
        }
        mean = RMS ? 0.0 : row_sum(mean) / float(p.columns);
        float variance = 0.0;
        for (uint i = begin; i < end; i += lanes) {
            const float away = term(i) - mean;
            variance += away * away;
        }
        const float scale = inversesqrt(row_sum(variance) / float(p.columns) + p.epsilon);
        for (uint i = begin, column = lane; i < end; i += lanes, column += lanes) {
            const float s = term(i);
            float normed = (s - mean) * scale;
            if (GAMMA) {
                normed *= load(gamma[column]);
            }
            if (BETA) {
                normed += load(beta[column]);
            }
            y[i] = store(normed);
            if (RESIDUAL) {
                sum[i] = store(s);  // last, as sum may lie where x does
            }
        }
    }
}
