#pragma once

#include "models/nn/norm.h"

namespace heed::nn {

// norm(scale * words[id] + positions[where it stands]).
struct Embedding {
    Tensor words;  // [V,C]
    double scale = 1;
    Tensor positions;  // [P,C], or absent
    Norm norm;         // or absent
};

// ids i32 [B,T] -> [B,T,C]. A row's tokens stand at 0, 1, 2 ...; or, one token a row, at starts[b] (dynamic [B]).
Tensor embed(Tensor ids, const Embedding& layer, Tensor starts = {});

}  // namespace heed::nn
