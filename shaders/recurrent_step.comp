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
layout(constant_id = 4) const bool kPanels = false;  // the weight is [D,tiles,H,G,panel]; else [D,G,H,H] as PyTorch has it
layout(constant_id = 5) const bool kFours = false;   // states begin at multiples of four
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

uvec4 units_from(uint n) { return min(uvec4(n, n + 1u, n + 2u, n + 3u), p.hidden - 1u); }

// The weights of term k for four units of a gate; units past the last are read as the last, or as the zeros that fill a panel.
vec4 weights_of(uint n, uint gate, uint k) {
    if (kPanels) {
        const uint tiles = (p.hidden + p.panel - 1u) / p.panel;
        const uint tile = direction() * tiles + min(n / p.panel, tiles - 1u);
        return load_weight4(weight4[(((tile * p.hidden + k) * kGates + gate) * p.panel + n % p.panel) / 4u]);
    }
    const uvec4 at = ((direction() * kGates + gate) * p.hidden + units_from(n)) * p.hidden + k;
    return vec4(load_weight(weight[at.x]), load_weight(weight[at.y]), load_weight(weight[at.z]), load_weight(weight[at.w]));
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

void main() {
    const uint slices = slice_count(), slice = own_slice();
    const uint n = (gl_WorkGroupID.x * kLanes + own_lane()) * 4u;
    const uint row0 = gl_WorkGroupID.y * kRows;

    vec4 sums[kRecurrentRows][4];
    uint starts[kRecurrentRows];
    bool reads = false;  // a row that is over reads too, to no effect, unless all are
    [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
        const uint row = min(row0 + r, p.batch - 1u);
        starts[r] = before_of(row);
        reads = reads || (has_before() && r < kRows && p.step < length_of(row));
        [[unroll]] for (uint gate = 0u; gate < 4u; ++gate) {
            sums[r][gate] = vec4(0.0);
        }
    }
    const uint quads = reads ? p.hidden / 4u : 0u, terms = reads ? p.hidden : 0u;
    for (uint k = 4u * slice; k < 4u * quads; k += 4u * slices) {
        [[unroll]] for (uint gate = 0u; gate < 4u && gate < kGates; ++gate) {
            const mat4 block = mat4(weights_of(n, gate, k), weights_of(n, gate, k + 1u), weights_of(n, gate, k + 2u),
                                    weights_of(n, gate, k + 3u));
            [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
                if (r < kRows) {
                    sums[r][gate] += block * before_four(starts[r] + k);
                }
            }
        }
    }
    for (uint k = 4u * quads + slice; k < terms; k += slices) {
        [[unroll]] for (uint gate = 0u; gate < 4u && gate < kGates; ++gate) {
            const vec4 weights = weights_of(n, gate, k);
            [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
                if (r < kRows) {
                    sums[r][gate] += load(before[starts[r] + k]) * weights;
                }
            }
        }
    }
    [[unroll]] for (uint r = 0u; r < kRecurrentRows; ++r) {
        [[unroll]] for (uint gate = 0u; gate < 4u && gate < kGates; ++gate) {
            if (r < kRows && slices > 1u) {
                sums[r][gate] = sum_slices(sums[r][gate]);
            }
        }
    }
    if (slice != 0u) {
        return;
    }
    [[dont_unroll]] for (uint r = 0u; r < min(kRows, p.batch - row0); ++r) {
        [[dont_unroll]] for (uint i = 0u; i < min(4u, p.hidden - min(n, p.hidden)); ++i) {
            finish(row0 + r, n + i, vec4(sums[0][0].x, sums[0][1].x, sums[0][2].x, sums[0][3].x));
            [[unroll]] for (uint gate = 0u; gate < 4u; ++gate) {
                sums[0][gate] = sums[0][gate].yzwx;
            }
        }
        [[unroll]] for (uint next = 1u; next < kRecurrentRows; ++next) {
            sums[next - 1u] = sums[next];
        }
    }
}
