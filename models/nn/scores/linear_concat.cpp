#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

// e_i = w . [s ; h_i]. What s adds is the same for every place, so that the softmax forgets it: all steps look at the same places.
struct LinearConcat : Mechanism {
    Linear query, key;  // Hd -> 1, He -> 1

    Tensor project(Tensor states) const override { return linear(states, key); }

    Looked look(Tensor s, const ScoreKeys& keys, const ScoreContext& context) const override {
        const Tensor of_places = of_owners(keys.projected, context.owners);  // [R,S,1]
        const Shape shape = of_places.shape();
        const Tensor scores = add(linear(s, query), reshape(of_places, {shape[0], 1, shape[1]}));  // [R,T,S]
        return weigh(scores, of_owners(keys.states, context.owners), {.key_lengths = context.lengths});
    }
};

}  // namespace

LoadedMechanism load_linear_concat(const Weights& weights, const ScoreShape& shape) {
    const int64_t both = shape.query + shape.keys;
    auto loaded = std::make_shared<LinearConcat>();
    loaded->query = load_columns(weights, "energy", both, 1, 0, shape.query);
    loaded->key = load_columns(weights, "energy", both, 1, shape.query, both);
    return loaded;
}

}  // namespace heed::nn
