#version 450
// One step of an RNN, LSTM or GRU: the recurrent product h W, the gates and the new state, for both directions at once. Step s is
// position s forwards, and backwards length - 1 - s: a sentence's own end comes first. A row whose sentence is over keeps its state.
// `before` is y again, where the step before wrote its h; at the first step, what the sequence begins with. The cell state lies in
// last_c, which every invocation reads and writes for its own units alone; what a sequence begins with is there already.
// A workgroup is a grid of kLanes x slices invocations: a lane owns four units of kRows rows, with all their gates; the slices share
// out the product's terms, and their sums meet in shared memory. CPUs take one slice.
// grid: x tiles of 4 * kLanes units, y tiles of kRows rows, z directions.
// bindings: 0 x, 1 weight, 2 bias, 3 before, 4 dynamics, 5 y, 6 last h, 7 last c
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "prelude.glsl"
#include "activation.glsl"
#include "cell.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kLanes = 16;
layout(constant_id = 2) const uint kRows = 1;   // at most kRecurrentRows
layout(constant_id = 3) const uint kCell = 0;
layout(constant_id = 4) const bool kPanels = false;  // the weight lies as a matmul's: [ceil(D*G*H/panel),H,panel]; else [D*G*H,H]
layout(constant_id = 5) const bool kFours = false;   // states and units begin at multiples of four
layout(push_constant) uniform Push { RecurrentParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) readonly buffer Weight { W weight[]; };
layout(set = 0, binding = 1) readonly buffer Weight4 { W4 weight4[]; };
layout(set = 0, binding = 2) readonly buffer Bias { T bias[]; };
layout(set = 0, binding = 3) readonly buffer Before { T before[]; };
layout(set = 0, binding = 3) readonly buffer Before4 { T4 before4[]; };
layout(set = 0, binding = 4) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 5) writeonly buffer Y { T y[]; };
layout(set = 0, binding = 6) writeonly buffer LastH { T last_h[]; };
layout(set = 0, binding = 7) buffer LastC { float last_c[]; };

#include "slices.glsl"

const uint kGates = kCell == kCellLstm ? 4u : kCell == kCellGru ? 3u : 1u;

bool given(uint what) { return (p.given & what) != 0u; }
uint direction() { return gl_WorkGroupID.z; }
uint width() { return gl_NumWorkGroups.z * p.hidden; }  // of a row's states, directions side by side

uint length_of(uint row) {
    return p.lengths == kAbsent ? p.steps : min(uint(max(dynamics[p.lengths + row], 0)), p.steps);
}

// Where a row stands in this step. Positions that a sentence does not have are passed in order, whatever the direction.
uint position(uint row) {
    const uint length = length_of(row);
    return direction() == 0u || p.step >= length ? p.step : length - 1u - p.step;
}

// Whether there is a state before this step, and where a row's begins: in y, that of the position which came before in this direction.
bool is_first() { return p.step == 0u; }
bool has_before() { return given(kGivenH) || !is_first(); }
uint before_of(uint row) {
    const uint at = position(row);
    const uint earlier = direction() == 0u || p.step >= length_of(row) ? at - 1u : at + 1u;  // one that this step leaves alone
    return (is_first() ? row : row * p.steps + earlier) * width() + direction() * p.hidden;
}

vec4 before_four(uint at) {
    if (kFours) {
        return load4(before4[at / 4u]);
    }
    return vec4(load(before[at]), load(before[at + 1u]), load(before[at + 2u]), load(before[at + 3u]));
}

// Where a gate's weights of four units begin, and how far apart those of neighbouring terms lie; units past the last count as the last.
uvec4 columns_of(uint n, uint gate) {
    const uvec4 units = min(kFours ? uvec4(n) : uvec4(n, n + 1u, n + 2u, n + 3u), p.hidden - (kFours ? 4u : 1u));
    const uvec4 columns = (direction() * kGates + gate) * p.hidden + units;
    return kPanels ? columns / p.panel * (p.hidden * p.panel) + columns % p.panel : columns * p.hidden;
}

vec4 weights_of(uvec4 columns, uint k) {
    const uvec4 at = columns + k * (kPanels ? p.panel : 1u);
    if (kPanels && kFours) {
        return load_weight4(weight4[at.x / 4u]);
    }
    const uvec4 own = kFours ? at + uvec4(0u, 1u, 2u, 3u) * p.hidden : at;
    return vec4(load_weight(weight[own.x]), load_weight(weight[own.y]), load_weight(weight[own.z]), load_weight(weight[own.w]));
}

// The new state of one unit, from the recurrent sums of its gates.
void finish(uint row, uint unit, vec4 sums) {
    const uint at = position(row), state = row * width() + direction() * p.hidden + unit;
    const uint out_at = (row * p.steps + at) * width() + direction() * p.hidden + unit;
    const uint length = length_of(row);
    if (p.step >= length) {
        y[out_at] = store(0.0);
        if (is_first()) {  // there is nothing to read at all
            last_h[state] = store(given(kGivenH) ? load(before[state]) : 0.0);
            if (kCell == kCellLstm && !given(kGivenC)) {
                last_c[state] = 0.0;
            }
        }
        return;
    }
    vec4 inputs = vec4(0.0);
    [[unroll]] for (uint gate = 0u; gate < 4u && gate < kGates; ++gate) {
        const uint column = (direction() * kGates + gate) * p.hidden + unit;
        inputs[gate] = load(x[(row * p.steps + at) * (gl_NumWorkGroups.z * kGates * p.hidden) + column]);
        sums[gate] += given(kGivenBias) ? load(bias[column]) : 0.0;
    }
    UnitState state_before = UnitState(kCell == kCellGru && has_before() ? load(before[before_of(row) + unit]) : 0.0, 0.0);
    if (kCell == kCellLstm) {
        state_before.c = is_first() && !given(kGivenC) ? 0.0 : last_c[state];
    }
    const UnitState now = next_state(kCell, inputs, sums, state_before);
    if (kCell == kCellLstm) {
        last_c[state] = now.c;
    }
    y[out_at] = store(now.h);
    if (p.step + 1u == length) {
        last_h[state] = store(now.h);
    }
}

// What this slice adds up of one gate's products, for four units of every row. A gate at a time: one stream of weights.
void products(uint n, uint gate, uint starts[kRecurrentRows], bool reads, out vec4 own[kRecurrentRows]) {
    const uvec4 columns = columns_of(n, gate);
    const uint quads = reads ? p.hidden / 4u : 0u, terms = reads ? p.hidden : 0u, slices = slice_count();
    [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
        own[r] = vec4(0.0);
    }
    for (uint k = 4u * own_slice(); k < 4u * quads; k += 4u * slices) {
        const mat4 block =
            mat4(weights_of(columns, k), weights_of(columns, k + 1u), weights_of(columns, k + 2u), weights_of(columns, k + 3u));
        [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
            if (r < kRows) {
                own[r] += block * before_four(starts[r] + k);
            }
        }
    }
    for (uint k = 4u * quads + own_slice(); k < terms; k += slices) {
        const vec4 weights = weights_of(columns, k);
        [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
            if (r < kRows) {
                own[r] += load(before[starts[r] + k]) * weights;
            }
        }
    }
}

void main() {
    const uint n = (gl_WorkGroupID.x * kLanes + own_lane()) * 4u;
    const uint row0 = gl_WorkGroupID.y * kRows;

    uint starts[kRecurrentRows];
    bool reads = false;  // a row that is over reads too, to no effect, unless all are
    [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
        const uint row = min(row0 + r, p.batch - 1u);
        starts[r] = before_of(row);
        reads = reads || (has_before() && r < kRows && p.step < length_of(row));
    }
    vec4 sums[kRecurrentRows][4];  // of the gates that were summed up so far, at the end
    [[dont_unroll]] for (uint gate = 0u; gate < kGates; ++gate) {
        vec4 own[kRecurrentRows];
        products(n, gate, starts, reads, own);
        [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
            if (r < kRows) {
                const vec4 sum = slice_count() > 1u ? sum_slices(own[r]) : own[r];
                sums[r] = vec4[4](sums[r][1], sums[r][2], sums[r][3], sum);
            }
        }
    }
    if (own_slice() != 0u) {
        return;
    }
    [[dont_unroll]] for (uint r = 0u; r < min(kRows, p.batch - row0); ++r) {
        [[dont_unroll]] for (uint i = 0u; i < min(4u, p.hidden - min(n, p.hidden)); ++i) {
            const vec4 last = vec4(sums[0][0].x, sums[0][1].x, sums[0][2].x, sums[0][3].x);
            finish(row0 + r, n + i, kGates == 4u ? last : kGates == 3u ? last.yzww : last.wwww);
            [[unroll]] for (uint gate = 0u; gate < 4u; ++gate) {
                sums[0][gate] = sums[0][gate].yzwx;
            }
        }
        [[unroll]] for (uint next = 1u; next < kRecurrentRows; ++next) {
            sums[next - 1u] = sums[next];
        }
    }
}
