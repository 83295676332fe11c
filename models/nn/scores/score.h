#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "models/weights.h"

namespace heed::nn {

// How much an encoder's state matters to a decoder's: s is the query, h_i the state at place i of S. The weights are the softmax over i.
enum class ScoreKind {
    additive,       // v . tanh(W_q s + W_k h_i)
    dot,            // s . h_i
    scaled_dot,     // s . h_i / sqrt(size of s)
    general,        // (W s) . h_i
    concat,         // v . tanh(W [s ; h_i])
    linear_concat,  // w . [s ; h_i]
    location,       // row i of W s: places are looked at, whatever stands there
    local_m,        // general, of the places within D of the step's own
    local_p,        // general, within D of p = S sigmoid(v . tanh(W_p s)), the weights times exp(-(i - p)^2 / (2 (D/2)^2))
};
ScoreKind score_kind(std::string_view name);  // "additive", "dot" ..., as above; throws a sentence

struct ScoreShape {
    ScoreKind kind = ScoreKind::additive;
    int64_t query = 0, keys = 0;  // channels of s and of h_i: Hd, He
    int64_t size = 0;             // A, of what additive, concat and local_p put through a tanh
    int64_t window = 0;           // D, of local_m and local_p
    int64_t positions = 0;        // most places that location knows
};

// What is kept of an encoder's states once a sentence, and looked at in every step.
struct ScoreKeys {
    Tensor states;     // [B,S,He]
    Tensor projected;  // [B,S,P]: what the score makes of them; absent where P is 0
};

struct ScoreContext {
    Tensor lengths;  // dynamic [R]: places from there on are masked; absent: none
    Tensor owners;   // i32 [R]: the sentence a row looks at; absent: its own
    Tensor steps;    // dynamic [R]: the step of a row's first query, which local_m looks around; absent: 0
};

struct Looked {
    Tensor context;  // [R,T,He]: the states under the weights
    Tensor weights;  // [R,T,S] f32; a row that sees no place has zeros
};

class Mechanism;

struct Score {
    ScoreShape shape;
    int64_t projected = 0;  // P
    std::shared_ptr<const Mechanism> mechanism;
};
// Its tensors: query, key, energy (additive); concat, energy; energy (linear_concat); location; general; position, position_energy:
// .weight.
Score load_score(const Weights& weights, const ScoreShape& shape);

ScoreKeys remember(Tensor states, const Score& score);                                                   // [B,S,He]
Looked look(Tensor query, const ScoreKeys& keys, const Score& score, const ScoreContext& context = {});  // [R,T,Hd]

}  // namespace heed::nn
