#include "models/decode/row_states.h"

namespace heed {

Tensor row_state(Graph& graph, const std::string& name, int64_t rows, int64_t channels, DType dtype) {
    return graph.state(name, {rows, 1, channels}, dtype);
}

Tensor gathered(Tensor state, Tensor parents) {
    return embedding(reshape(state, {state.shape()[0], state.shape().last()}), parents);
}

void keep(Tensor state, Tensor rows, Tensor zeros) {
    cache_write(state, reshape(rows, {rows.shape()[0], 1, rows.shape().last()}), zeros);
}

std::vector<nn::RecurrentState> row_states(Graph& graph, const std::string& name, int64_t rows, const nn::RecurrentShape& shape,
                                           DType dtype) {
    std::vector<nn::RecurrentState> out;
    for (int i = 0; i < shape.layers; ++i) {
        const bool lstm = shape.cell == Cell::lstm;
        out.push_back({row_state(graph, text(name, "hidden ", i), rows, shape.outputs(i), dtype),
                       lstm ? row_state(graph, text(name, "cell ", i), rows, shape.outputs(i), DType::f32) : Tensor()});
    }
    return out;
}

std::vector<nn::RecurrentState> gathered(const std::vector<nn::RecurrentState>& states, Tensor parents) {
    std::vector<nn::RecurrentState> out;
    for (const nn::RecurrentState& state : states) {
        out.push_back({gathered(state.hidden, parents), state.cell ? gathered(state.cell, parents) : Tensor()});
    }
    return out;
}

void keep(const std::vector<nn::RecurrentState>& states, const std::vector<nn::RecurrentState>& rows, Tensor zeros) {
    for (size_t i = 0; i < states.size(); ++i) {
        keep(states[i].hidden, rows.at(i).hidden, zeros);
        if (states[i].cell) {
            keep(states[i].cell, rows.at(i).cell, zeros);
        }
    }
}

}  // namespace heed
