#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

// A constant that every look in a graph shares.
Tensor shared_constant(Graph& graph, const std::string& name, const Shape& shape, const std::vector<float>& values) {
    const ValueId known = graph.find(name);
    return known != kNone ? Tensor(graph, known) : graph.constant(name, shape, values);
}

// e_i = (W s) . h_i, of the places around a centre alone.
struct Local : Mechanism {
    Linear general;                    // Hd -> He
    Linear position, position_energy;  // Hd -> A -> 1; absent: the centre is the step itself
    int64_t window = 1;

    Looked look(Tensor s, const ScoreKeys& keys, const ScoreContext& context) const override {
        const Tensor states = of_owners(keys.states, context.owners);
        const bool predicted = static_cast<bool>(position.weight);
        return weigh(products(linear(s, general), states), states,
                     {.key_lengths = context.lengths,
                      .centres = predicted ? foreseen(s, keys, context) : steps(s, context),
                      .reach = static_cast<double>(window),
                      .gaussian = predicted});
    }

    // p = S sigmoid(v . tanh(W_p s)), S the sentence's own length: [R,T]
    Tensor foreseen(Tensor s, const ScoreKeys& keys, const ScoreContext& context) const {
        const int64_t rows = s.shape()[0], queries = s.shape()[1];
        const Tensor part =
            linear(linear(s, position, {.activation = Activation::tanh}), position_energy, {.activation = Activation::sigmoid});
        const Tensor share = reshape(cast(part, DType::f32), {rows, queries});
        if (!context.lengths) {
            const int64_t places = keys.states.shape()[1];
            return multiply(share, shared_constant(s.graph(), text("attention places ", places), {1, 1}, {static_cast<float>(places)}));
        }
        return multiply(share, reshape(cast(context.lengths, DType::f32), {rows, 1}));
    }

    // p = t: [R,T]
    static Tensor steps(Tensor s, const ScoreContext& context) {
        const int64_t rows = s.shape()[0], queries = s.shape()[1];
        std::vector<float> counted;  // [R,T]
        for (int64_t i = 0; i < rows * queries; ++i) {
            counted.push_back(static_cast<float>(i % queries));
        }
        const Tensor after = shared_constant(s.graph(), text("attention steps ", Shape{rows, queries}), {rows, queries}, counted);
        return context.steps ? add(after, reshape(cast(context.steps, DType::f32), {rows, 1})) : after;
    }
};

}  // namespace

LoadedMechanism load_local(const Weights& weights, const ScoreShape& shape) {
    auto loaded = std::make_shared<Local>();
    loaded->general = load_matrix(weights, "general", shape.query, shape.keys);
    loaded->window = shape.window;
    if (shape.kind == ScoreKind::local_p) {
        loaded->position = load_matrix(weights, "position", shape.query, shape.size);
        loaded->position_energy = load_matrix(weights, "position_energy", shape.size, 1);
    }
    return loaded;
}

}  // namespace heed::nn
