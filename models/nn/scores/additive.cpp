#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

// e_i = v . tanh(W_q s + W_k h_i)
struct Additive : Mechanism {
    Linear query, key;  // Hd -> A, He -> A
    Tensor energy;      // [A]

    Tensor project(Tensor states) const override { return linear(states, key); }

    Looked look(Tensor s, const ScoreKeys& keys, const ScoreContext& context) const override {
        return weigh_additive(linear(s, query), energy, keys, context);
    }
};

Tensor load_energy(const Weights& weights, int64_t size) {
    return weights.reshaped({"energy.weight", {1, size}, {Init::Kind::uniform, 1}}, {size});
}

}  // namespace

LoadedMechanism load_additive(const Weights& weights, const ScoreShape& shape) {
    auto loaded = std::make_shared<Additive>();
    loaded->query = load_matrix(weights, "query", shape.query, shape.size);
    loaded->key = load_matrix(weights, "key", shape.keys, shape.size);
    loaded->energy = load_energy(weights, shape.size);
    return loaded;
}

// e_i = v . tanh(W [s ; h_i]): the same, as W is W_q beside W_k.
LoadedMechanism load_concat(const Weights& weights, const ScoreShape& shape) {
    const int64_t both = shape.query + shape.keys;
    auto loaded = std::make_shared<Additive>();
    loaded->query = load_columns(weights, "concat", both, shape.size, 0, shape.query);
    loaded->key = load_columns(weights, "concat", both, shape.size, shape.query, both);
    loaded->energy = load_energy(weights, shape.size);
    return loaded;
}

}  // namespace heed::nn
