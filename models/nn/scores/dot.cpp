#include <cmath>

#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

// e_i = s . h_i, perhaps over sqrt(size)
struct Dot : Mechanism {
    double scale = 1;

    Looked look(Tensor s, const ScoreKeys& keys, const ScoreContext& context) const override {
        const Tensor states = of_owners(keys.states, context.owners);
        return weigh(products(s, states, scale), states, {.key_lengths = context.lengths});
    }
};

}  // namespace

LoadedMechanism load_dot(const Weights&, const ScoreShape& shape) {
    if (shape.query != shape.keys) {
        fail(ErrorKind::bad_model, "attention: expected states of ", shape.query,
             " channels for the dot product with a query of as many, got ", shape.keys);
    }
    auto loaded = std::make_shared<Dot>();
    loaded->scale = shape.kind == ScoreKind::scaled_dot ? 1 / std::sqrt(static_cast<double>(shape.query)) : 1;
    return loaded;
}

}  // namespace heed::nn
