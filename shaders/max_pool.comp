// The largest element of each window; padding is never it, NaN in a window is. [B,H,W,C] -> [B,Ho,Wo,C]
// Mapping: an invocation takes kFlatElements outputs, a workgroup apart; neighbours are neighbouring channels.
// Bindings: 0 x, 1 y.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"

layout(push_constant) uniform Push { MaxPoolParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) writeonly buffer Y { T y[]; };

float largest(uint b, uint top, uint left, uint c) {  // the window's corner, counted from the padding's
    float best = -kInfinity;
    for (uint dy = 0u; dy < p.size_y; ++dy) {
        const uint h = top + dy - p.pad_y;  // wraps to a large number in the padding
        for (uint dx = 0u; dx < p.size_x; ++dx) {
            const uint w = left + dx - p.pad_x;
            if (h < p.height && w < p.width) {
                const float value = load(x[((b * p.height + h) * p.width + w) * p.channels + c]);
                best = is_nan(best) || is_nan(value) ? kNan : max(best, value);
            }
        }
    }
    return best;
}

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            const uint c = i % p.channels;
            const uint ox = i / p.channels % p.out_width;
            const uint row = i / p.channels / p.out_width;
            y[i] = store(largest(row / p.out_height, row % p.out_height * p.stride_y, ox * p.stride_x, c));
        }
    }
}
