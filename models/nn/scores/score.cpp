#include "models/nn/scores/score.h"

#include <array>
#include <utility>

#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

using Load = LoadedMechanism (*)(const Weights& weights, const ScoreShape& shape);

struct Named {
    std::string_view name;
    Load load;
};
constexpr std::array<Named, 9> kScores{{{"additive", load_additive},  // in the order of the enum
                                        {"dot", load_dot},
                                        {"scaled_dot", load_dot},
                                        {"general", load_general},
                                        {"concat", load_concat},
                                        {"linear_concat", load_linear_concat},
                                        {"location", load_location},
                                        {"local_m", load_local},
                                        {"local_p", load_local}}};

void expect_sizes(const ScoreShape& shape, std::string_view name) {
    const auto expect = [&](bool wanted, int64_t size, std::string_view what) {
        if (wanted && size < 1) {
            fail(ErrorKind::bad_model, "attention: expected ", what, " of at least 1 for the score '", name, "', got ", size);
        }
    };
    const ScoreKind kind = shape.kind;
    expect(true, shape.query, "a query");
    expect(true, shape.keys, "keys");
    expect(kind == ScoreKind::additive || kind == ScoreKind::concat || kind == ScoreKind::local_p, shape.size, "a size");
    expect(kind == ScoreKind::local_m || kind == ScoreKind::local_p, shape.window, "a window");
    expect(kind == ScoreKind::location, shape.positions, "positions");
}

int64_t projected_channels(const ScoreShape& shape) {
    const bool tanh = shape.kind == ScoreKind::additive || shape.kind == ScoreKind::concat;
    return tanh ? shape.size : shape.kind == ScoreKind::linear_concat ? 1 : 0;
}

}  // namespace

ScoreKind score_kind(std::string_view name) {
    std::string known;
    for (size_t i = 0; i < kScores.size(); ++i) {
        if (kScores[i].name == name) {
            return static_cast<ScoreKind>(i);
        }
        known += text(i == 0 ? "" : ", ", kScores[i].name);
    }
    fail(ErrorKind::bad_model, "attention: expected a score among ", known, ", got '", name, "'");
}

Score load_score(const Weights& weights, const ScoreShape& shape) {
    const Named& named = kScores.at(static_cast<size_t>(shape.kind));
    expect_sizes(shape, named.name);
    return {.shape = shape, .projected = projected_channels(shape), .mechanism = named.load(weights, shape)};
}

ScoreKeys remember(Tensor states, const Score& score) {
    if (states.shape().rank() != 3 || states.shape().last() != score.shape.keys) {
        fail(ErrorKind::bad_input, "attention: expected states [B,S,", score.shape.keys, "] to look at, got ", states.shape());
    }
    return {.states = states, .projected = score.mechanism->project(states)};
}

Looked look(Tensor query, const ScoreKeys& keys, const Score& score, const ScoreContext& context) {
    if (query.shape().rank() != 3 || query.shape().last() != score.shape.query) {
        fail(ErrorKind::bad_input, "attention: expected queries [R,T,", score.shape.query, "], got ", query.shape());
    }
    return score.mechanism->look(query, keys, context);
}

}  // namespace heed::nn
