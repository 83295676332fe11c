#include "models/nn/scores/keras.h"

#include "models/nn/scores/mechanism.h"

namespace heed::nn {
namespace {

// Zeros as a number far below every score: [B,S] -> [B,1,S].
Tensor hidden(Tensor mask) {
    const bool half = mask.dtype() == DType::f16;
    const ValueId known = mask.graph().find(half ? "keras far below, halves" : "keras far below");
    const Tensor far = known != kNone ? Tensor(mask.graph(), known)
                                      : mask.graph().constant(half ? "keras far below, halves" : "keras far below", {1},
                                                              {half ? 6e4f : 1e9f}, mask.dtype());
    const int64_t rows = mask.shape()[0], places = mask.shape()[1];
    return reshape(binary(multiply(mask, far), far, BinaryKind::subtract), {rows, 1, places});
}

}  // namespace

KerasAttention load_keras_attention(const Weights& weights, bool scaled, bool causal) {
    return {.scale = scaled ? weights.tensor("scale", {1}, {Init::Kind::constant, 1}) : Tensor(), .causal = causal};
}

Looked keras_attention(Tensor query, Tensor value, Tensor key, const KerasAttention& layer, const KerasMasks& masks) {
    const Tensor raw = products(query, key ? key : value);  // [B,T,S]
    const Tensor scores = layer.scale ? multiply(raw, layer.scale) : raw;
    const Looked looked =
        weigh(scores, value, {.mask = masks.value ? hidden(masks.value) : Tensor(), .key_lengths = masks.lengths, .causal = layer.causal});
    if (!masks.query) {
        return looked;
    }
    const Tensor kept = reshape(masks.query, {masks.query.shape()[0], masks.query.shape()[1], 1});
    return {.context = multiply(looked.context, kept), .weights = looked.weights};
}

}  // namespace heed::nn
