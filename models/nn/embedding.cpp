#include "models/nn/embedding.h"

namespace heed::nn {
namespace {

// What is added to the words: [T,C] for every row, or with starts [B,1,C].
Tensor positions_of(Tensor ids, const Embedding& layer, Tensor starts) {
    const int64_t tokens = ids.shape().last(), known = layer.positions.shape()[0], channels = layer.positions.shape().last();
    if (starts) {
        if (tokens != 1) {
            fail(ErrorKind::bad_input, "embed: expected one token a row where rows start at positions of their own, got ", tokens);
        }
        return reshape(embedding(layer.positions, starts), {ids.shape()[0], 1, channels});
    }
    if (tokens > known) {
        fail(ErrorKind::bad_input, "embed: expected at most ", known, " tokens, got ", tokens);
    }
    return tokens == known ? layer.positions : slice(layer.positions, 0, 0, tokens);
}

}  // namespace

Tensor embed(Tensor ids, const Embedding& layer, Tensor starts) {
    const Tensor words = embedding(layer.words, ids, layer.scale);  // [B,T,C]
    return norm(layer.positions ? add(words, positions_of(ids, layer, starts)) : words, layer.norm);
}

}  // namespace heed::nn
