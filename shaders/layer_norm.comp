// y = (s - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis, with s = x + residual; [R,N]. RMS: no mean is taken off.
// Mapping: row_group.glsl; subgroups take four columns at a time. The variance is a second pass over the row: E[s^2] - mean^2
// cancels where the mean is far from zero.
// Bindings: 0 x, 1 residual, 2 gamma, 3 beta, 4 y, 5 sum.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"

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
layout(constant_id = 1) const uint ROWS = 1u;  // a workgroup
layout(constant_id = 2) const bool RMS = false;
layout(constant_id = 3) const bool RESIDUAL = false;
layout(constant_id = 4) const bool GAMMA = false;
layout(constant_id = 5) const bool BETA = false;
layout(push_constant) uniform Push { LayerNormParams p; };
layout(set = 0, binding = 0) readonly buffer X { STORED x[]; };
layout(set = 0, binding = 1) readonly buffer Residual { STORED residual[]; };
layout(set = 0, binding = 2) readonly buffer Gamma { STORED gamma[]; };
layout(set = 0, binding = 3) readonly buffer Beta { STORED beta[]; };
layout(set = 0, binding = 4) writeonly buffer Y { STORED y[]; };
layout(set = 0, binding = 5) writeonly buffer Sum { STORED sum[]; };
#include "row_group.glsl"

NUMBER term(uint i) { return RESIDUAL ? FETCH(x[i]) + FETCH(residual[i]) : FETCH(x[i]); }

void main() {
    const uint lanes = row_lanes(), lane = row_lane(), width = p.columns / kWidth;
    for (uint row = first_row(); row < last_row(); row += row_step()) {
        const uint begin = row * width + lane, end = row * width + width;
        float mean = 0.0;
        for (uint i = begin; i < end; i += lanes) {
            mean += dot(term(i), NUMBER(1.0));
        }
        mean = RMS ? 0.0 : row_sum(mean) / float(p.columns);
        float variance = 0.0;
        for (uint i = begin; i < end; i += lanes) {
            const NUMBER away = term(i) - mean;
            variance += dot(away, away);
        }
        const float scale = inversesqrt(row_sum(variance) / float(p.columns) + p.epsilon);
        for (uint i = begin, column = lane; i < end; i += lanes, column += lanes) {
            const NUMBER s = term(i);
            NUMBER normed = (s - mean) * scale;
            if (GAMMA) {
                normed *= FETCH(gamma[column]);
            }
            if (BETA) {
                normed += FETCH(beta[column]);
            }
            y[i] = KEEP(normed);
            if (RESIDUAL) {
                sum[i] = KEEP(s);  // last, as sum may lie where x does
            }
        }
    }
}
