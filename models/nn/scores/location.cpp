#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

// e_i = (W s)_i
struct Location : Mechanism {
    Linear location;  // Hd -> places

    Looked look(Tensor s, const ScoreKeys& keys, const ScoreContext& context) const override {
        const int64_t places = keys.states.shape()[1], known = location.weight.shape()[0];
        if (places > known) {
            fail(ErrorKind::bad_input, "attention: expected at most ", known, " places, as the score 'location' knows, got ", places);
        }
        const Tensor all = linear(s, location);  // [R,T,positions]
        return weigh(places == known ? all : slice(all, -1, 0, places), of_owners(keys.states, context.owners),
                     {.key_lengths = context.lengths});
    }
};

}  // namespace

LoadedMechanism load_location(const Weights& weights, const ScoreShape& shape) {
    auto loaded = std::make_shared<Location>();
    loaded->location = load_matrix(weights, "location", shape.query, shape.positions);
    return loaded;
}

}  // namespace heed::nn
