// What the matmul kernels share: the operands, where their elements lie, and the way out of the accumulators.
layout(constant_id = 2) const bool kTransposeB = false;  // B is [N,K]
layout(constant_id = 3) const uint kActivation = 0;
layout(constant_id = 4) const bool kHasBias = false;
layout(constant_id = 5) const bool kHasResidual = false;
layout(constant_id = 6) const uint kFours = 0;  // kFoursA | kFoursB | kFoursC

layout(set = 0, binding = 0) readonly buffer A { T a[]; };
layout(set = 0, binding = 0) readonly buffer A4 { T4 a4[]; };
layout(set = 0, binding = 1) readonly buffer B { W b[]; };
layout(set = 0, binding = 1) readonly buffer B4 { W4 b4[]; };
layout(set = 0, binding = 2) readonly buffer Bias { T bias[]; };
layout(set = 0, binding = 3) readonly buffer Residual { T residual[]; };
layout(set = 0, binding = 3) readonly buffer Residual4 { T4 residual4[]; };
layout(set = 0, binding = 4) writeonly buffer C { T c[]; };
layout(set = 0, binding = 4) writeonly buffer C4 { T4 c4[]; };

layout(push_constant) uniform Push { MatmulParams p; };

uint batch_start(uint offset, uint outer_stride, uint inner_stride) {
    return offset + gl_WorkGroupID.z / p.inner * outer_stride + gl_WorkGroupID.z % p.inner * inner_stride;
}

uint a_start() { return batch_start(p.a_offset, p.a_outer, p.a_inner); }
uint b_start() { return batch_start(p.b_offset, p.b_outer, p.b_inner); }

// Where column n of B begins, and how far apart its elements are. Columns past N are read as the last one.
uint b_column(uint n) {
    n = min(n, p.N - 1);
    return b_start() + (kTransposeB ? n * p.b_row : n / p.panel * (p.K * p.b_row) + n % p.panel);
}
uint b_step() { return kTransposeB ? 1 : p.b_row; }

// Where four columns begin; with kFoursB, [K,N] rows are whole fours and the four beyond the last is read as the last.
uvec4 b_columns(uint n) {
    if (!kTransposeB && (kFours & kFoursB) != 0) {
        return uvec4(b_column(min(n, (p.N - 1) / 4 * 4)));
    }
    return uvec4(b_column(n), b_column(n + 1), b_column(n + 2), b_column(n + 3));
}

// B at row k of the four columns that b_columns() found.
vec4 b_row(uvec4 columns, uint k) {
    const uvec4 at = columns + k * b_step();
    if (!kTransposeB && (kFours & kFoursB) != 0) {
        return load_weight4(b4[at.x / 4]);
    }
    return vec4(load_weight(b[at.x]), load_weight(b[at.y]), load_weight(b[at.z]), load_weight(b[at.w]));
}

// Writes C at columns n to n + 3 of a row, as far as they exist.
void finish(uint row, uint n, vec4 sum) {
    if (row >= p.M || n >= p.N) {
        return;
    }
    const bool fours = (kFours & kFoursC) != 0;
    const uvec4 columns = min(uvec4(n, n + 1, n + 2, n + 3), p.N - 1);
    vec4 y = p.scale * sum;
    if (kHasBias) {
        const uvec4 at = p.bias_offset + columns;
        y += vec4(load(bias[at.x]), load(bias[at.y]), load(bias[at.z]), load(bias[at.w]));
    }
    y = activate(y, kActivation);
    if (kHasResidual) {
        const uvec4 at = batch_start(p.r_offset, p.r_outer, p.r_inner) + row * p.r_row + columns;
        y += fours ? load4(residual4[at.x / 4])
                   : vec4(load(residual[at.x]), load(residual[at.y]), load(residual[at.z]), load(residual[at.w]));
    }
    const uint at = batch_start(p.c_offset, p.c_outer, p.c_inner) + row * p.c_row + n;
    if (fours) {
        c4[at / 4] = store4(y);
        return;
    }
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        if (n + i < p.N) {
            c[at + i] = store(y[i]);
        }
    }
}
