#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

// e_i = (W s) . h_i
struct General : Mechanism {
    Linear general;  // Hd -> He

    Looked look(Tensor s, const ScoreKeys& keys, const ScoreContext& context) const override {
        const Tensor states = of_owners(keys.states, context.owners);
        return weigh(products(linear(s, general), states), states, {.key_lengths = context.lengths});
    }
};

}  // namespace

LoadedMechanism load_general(const Weights& weights, const ScoreShape& shape) {
    auto loaded = std::make_shared<General>();
    loaded->general = load_matrix(weights, "general", shape.query, shape.keys);
    return loaded;
}

}  // namespace heed::nn
