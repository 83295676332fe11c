#pragma once

#include "models/nn/scores/score.h"

namespace heed::nn {

// The layer `Attention` of Keras, of inputs [query, value, key].
struct KerasAttention {
    Tensor scale;         // [1], a factor of every score (use_scale); absent: 1
    bool causal = false;  // place s is masked for query t where s > t
};
KerasAttention load_keras_attention(const Weights& weights, bool scaled, bool causal = false);  // "scale"

// What is padding, as Keras says it: ones and zeros in the inputs' dtype.
struct KerasMasks {
    Tensor query;    // [B,T]: contexts are zeros where it is 0
    Tensor value;    // [B,S]: places are masked where it is 0; a sentence without any other looks at all alike
    Tensor lengths;  // dynamic [B]: places from there on are masked, for sentences padded at their ends
};

// query [B,T,C], value [B,S,Cv], key [B,S,C] (absent: the values) -> context [B,T,Cv].
Looked keras_attention(Tensor query, Tensor value, Tensor key, const KerasAttention& layer, const KerasMasks& masks = {});

}  // namespace heed::nn
