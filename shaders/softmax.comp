// y = softmax(scale * x + mask) over the last axis, or its logarithm; [R,N], any N. A row that sees nothing is zeros (-inf).
// Mapping: row_group.glsl. One pass finds maximum and sum together, rescaling the sum as the maximum grows; the next one writes.
// A row with a centre sees the columns in reach of it alone, and reads no other.
// Bindings: 0 x, 1 mask, 2 centres, 3 dynamics, 4 y.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint ROWS = 1u;  // a workgroup
layout(constant_id = 2) const bool MASK = false;
layout(constant_id = 3) const bool LOG = false;
layout(constant_id = 4) const uint CENTRED = kCentredNot;
layout(push_constant) uniform Push { SoftmaxParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) readonly buffer Mask { T mask[]; };
layout(set = 0, binding = 2) readonly buffer Centres { float centres[]; };
layout(set = 0, binding = 3) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 4) writeonly buffer Y { T y[]; };
#include "row_group.glsl"

const uint kUnroll = 4u;

// The columns [first, last) that a row's centre leaves of all; a centre that is no number leaves them all, and makes them the same.
uvec2 columns_near(float centre) {
    const float columns = float(p.columns);
    const vec2 near = clamp(vec2(ceil(centre - p.reach), floor(centre + p.reach) + 1.0), 0.0, columns);
    return CENTRED == kCentredNot || is_nan(centre) ? uvec2(0u, p.columns) : uvec2(near);
}

// Columns from here on are masked.
uint limit_of(uint row) {
    uint limit = p.columns;
    if (p.key_lengths != kAbsent) {
        limit = min(limit, uint(max(dynamics[p.key_lengths + row / p.length_rows], 0)));
    }
    return p.causal_rows != 0u ? min(limit, row % p.causal_rows + 1u) : limit;
}

uint mask_at(uint row) {
    const uint inner = row % p.mask_sizes[2], outer = row / p.mask_sizes[2];
    return p.mask_offset + inner * p.mask_strides[2] + outer % p.mask_sizes[1] * p.mask_strides[1] +
           outer / p.mask_sizes[1] * p.mask_strides[0];
}

float score(uint at, uint mask_row, uint column) {
    const float raw = load(x[at + column]) * p.scale;
    return MASK ? raw + load(mask[mask_row + column * p.mask_column]) : raw;
}

void main() {
    const uint lanes = row_lanes();
    for (uint row = first_row(); row < last_row(); row += row_step()) {
        const float centre = CENTRED == kCentredNot ? 0.0 : centres[row];
        const uvec2 near = columns_near(centre);
        const uint at = row * p.columns, mask_row = mask_at(row), limit = min(limit_of(row), near.y);
        float top = -kInfinity, total = 0.0;
        for (uint first = near.x + row_lane(); first < limit; first += lanes * kUnroll) {
            float scores[kUnroll];
            float peak = top;
            [[unroll]] for (uint i = 0u; i < kUnroll; ++i) {
                const uint column = first + i * lanes;
                const float here = score(at, mask_row, min(column, limit - 1u));  // a load in a branch is dearer than one too many
                scores[i] = column < limit ? here : -kInfinity;
                peak = max(peak, scores[i]);
            }
            const float base = peak == -kInfinity ? 0.0 : peak;
            total *= exp(top - base);
            [[unroll]] for (uint i = 0u; i < kUnroll; ++i) {
                total += is_nan(scores[i]) ? scores[i] : exp(scores[i] - base);
            }
            top = peak;
        }
        const float peak = row_max(top);
        const float base = peak == -kInfinity ? 0.0 : peak;
        const float seen_sum = row_sum(total * exp(top - base)), sum = is_nan(centre) ? centre : seen_sum;
        const float norm = LOG ? log(sum) : 1.0 / sum;
        for (uint column = row_lane(); column < p.columns; column += lanes) {
            const bool seen = near.x <= column && column < limit && sum != 0.0;
            const float away = CENTRED == kCentredGaussian ? float(column) - centre : 0.0;
            const float apart = score(at, mask_row, column) - base, lower = apart - away * away * p.falloff;
            const float shown = LOG ? lower - norm : exp(lower) * norm;
            y[at + column] = store(seen ? is_nan(sum) ? sum : shown : LOG ? -kInfinity : 0.0);
        }
    }
}
