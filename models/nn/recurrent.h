#pragma once

#include <cstdint>
#include <vector>

#include "models/nn/linear.h"

namespace heed::nn {

// Which layers of a stack also read backwards.
enum class Backwards { none, first_layer, all_layers };

struct RecurrentShape {
    Cell cell = Cell::lstm;
    int layers = 1;
    int64_t inputs = 0, hidden = 0;
    Backwards backwards = Backwards::none;
    int residual_from = -1;  // from this layer on a layer adds what it read to what it says; -1: none does
    // Channels of a context that stands beside what is read: of the first layer or, where all see it, of each.
    int64_t beside = 0;
    bool all_beside = false;

    int directions(int layer) const;
    int64_t outputs(int layer) const { return hidden * directions(layer); }
    int64_t outputs() const { return outputs(layers - 1); }
};

struct RecurrentLayer {
    Linear input;  // C -> D*G*H, all steps in one matmul
    Tensor weight, bias;
};

struct RecurrentStack {
    std::vector<RecurrentLayer> layers;
    RecurrentShape shape;
};

// Under the names of PyTorch's nn.RNN, nn.LSTM and nn.GRU: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_ih_l0_reverse ...
RecurrentStack load_recurrent(const Weights& weights, const RecurrentShape& shape);

// What one layer remembers.
struct RecurrentState {
    Tensor hidden;  // [B,D*H]
    Tensor cell;    // f32 [B,D*H], of an LSTM
};

struct UnrollOptions {
    Tensor lengths = {};                     // dynamic [B]: the steps of each row
    std::vector<RecurrentState> first = {};  // by layer; empty: zeros
    Tensor beside = {};                      // [B,T,C]
};

struct Unrolled {
    Tensor out;                        // [B,T,D*H] of the last layer
    std::vector<RecurrentState> last;  // by layer, after each row's own last step
};
Unrolled unroll(Tensor x, const RecurrentStack& stack, const UnrollOptions& options = {});  // [B,T,C]

}  // namespace heed::nn
