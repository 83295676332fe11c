#pragma once

#include <string>
#include <vector>

#include "models/nn/recurrent.h"

namespace heed {

// What a search's rows remember, kept on the device from step to step: states [rows,1,C] of the graph. A step gathers those of its rows'
// parents, by number, and puts back what they have become.
Tensor row_state(Graph& graph, const std::string& name, int64_t rows, int64_t channels, DType dtype);
Tensor gathered(Tensor state, Tensor parents);       // dynamic [R] -> [R,C]
void keep(Tensor state, Tensor rows, Tensor zeros);  // [R,C] or [R,1,C]; zeros: dynamic [R]

// The same for every layer of a stack; "hidden 0", "cell 0" ... behind the name. Cell states are f32.
std::vector<nn::RecurrentState> row_states(Graph& graph, const std::string& name, int64_t rows, const nn::RecurrentShape& shape,
                                           DType dtype);
std::vector<nn::RecurrentState> gathered(const std::vector<nn::RecurrentState>& states, Tensor parents);
void keep(const std::vector<nn::RecurrentState>& states, const std::vector<nn::RecurrentState>& rows, Tensor zeros);

}  // namespace heed
