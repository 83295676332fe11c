// What the convolution kernels share. A convolution is a matmul whose A is never built: a row of it is the patch under one output
// pixel, gathered segment by segment (Conv2dParams); B is the weight [kernel_y * kernel_x * channels, N] in panels.
layout(constant_id = 2) const uint kActivation = 0;
layout(constant_id = 3) const bool kHasBias = false;
layout(constant_id = 4) const bool kPadded = true;  // parts of a patch may lie outside the image
layout(constant_id = 5) const uint kFours = 0;      // kFoursA: channels come in fours; kFoursC: N does

layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 0) readonly buffer X4 { T4 x4[]; };
layout(set = 0, binding = 1) readonly buffer Weight4 { W4 weight4[]; };
layout(set = 0, binding = 2) readonly buffer Bias { T bias[]; };
layout(set = 0, binding = 3) writeonly buffer Out { T y[]; };
layout(set = 0, binding = 3) writeonly buffer Out4 { T4 y4[]; };

layout(push_constant) uniform Push { Conv2dParams p; };

const uint kOutside = 0xffffffff;

// The corner of the patch under output pixel m: image, y, x. Pixels past M are read as the last one.
ivec3 corner(uint m) {
    m = min(m, p.M - 1);
    const uvec2 at = uvec2(m / p.out_width % p.out_height * p.stride_y, m % p.out_width * p.stride_x);
    return ivec3(m / (p.out_width * p.out_height), ivec2(at) - ivec2(p.pad_y, p.pad_x));
}

// Where a segment of a patch begins in x; kOutside where there is no image.
uint segment_start(ivec3 patch_corner, uint segment) {
    const int row = patch_corner.y + int(segment / p.segments_x * p.dilation_y);
    const int column = patch_corner.z + int(segment % p.segments_x * p.dilation_x);
    if (kPadded && (row < 0 || row >= int(p.height) || column < 0 || column >= int(p.width))) {
        return kOutside;
    }
    return p.x_offset + ((uint(patch_corner.x) * p.height + uint(row)) * p.width + uint(column)) * p.channels;
}

// Where columns n to n + 3 of the weight begin; past N, the last four.
uint weight_column(uint n) {
    n = min(n, (p.N - 1) / 4 * 4);
    return n / p.panel * (p.K * p.panel) + n % p.panel;
}

vec4 weight_row(uint column, uint k) { return load_weight4(weight4[(column + k * p.panel) / 4]); }

// Writes channels n to n + 3 of output pixel m, as far as they exist.
void finish(uint m, uint n, vec4 sum) {
    if (m >= p.M || n >= p.N) {
        return;
    }
    if (kHasBias) {
        const uvec4 at = min(uvec4(n, n + 1, n + 2, n + 3), p.N - 1);
        sum += vec4(load(bias[at.x]), load(bias[at.y]), load(bias[at.z]), load(bias[at.w]));
    }
    sum = activate(sum, kActivation);
    const uint at = p.out_offset + m * p.N + n;
    if ((kFours & kFoursC) != 0) {
        y4[at / 4] = store4(sum);
        return;
    }
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        if (n + i < p.N) {
            y[at + i] = store(sum[i]);
        }
    }
}
