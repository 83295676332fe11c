// What one unit of a recurrent layer makes of its gates, in PyTorch's order: i, f, g, o of an LSTM; r, z, n of a GRU.
uint gates_of(uint cell) { return cell == kCellLstm ? 4u : cell == kCellGru ? 3u : 1u; }

struct UnitState {
    float h, c;  // c: an LSTM's alone
};

float tanh_of(float a) { return activate(a, kActivationTanh); }
float sigmoid_of(float a) { return activate(a, kActivationSigmoid); }

// inputs: of what the layer reads; sums: of the state before, with their bias. A GRU's reset gate lies between the two.
UnitState next_state(uint cell, vec4 inputs, vec4 sums, UnitState before) {
    const vec4 a = inputs + sums;
    if (cell == kCellLstm) {
        const float c = sigmoid_of(a.y) * before.c + sigmoid_of(a.x) * tanh_of(a.z);
        return UnitState(sigmoid_of(a.w) * tanh_of(c), c);
    }
    if (cell == kCellGru) {
        const float fresh = tanh_of(inputs.z + sigmoid_of(a.x) * sums.z);
        return UnitState(fresh + sigmoid_of(a.y) * (before.h - fresh), 0.0);
    }
    return UnitState(cell == kCellRelu ? activate(a.x, kActivationRelu) : tanh_of(a.x), 0.0);
}
