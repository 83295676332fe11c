#pragma once

#include <span>
#include <vector>

#include "models/vit/positions.h"

namespace heed {

// Who looked at what in a vision transformer, for one picture.
struct VisionAttention {
    std::vector<std::span<const float>> layers;  // each [H,T,T], exact weights whose rows sum to 1
    int64_t heads = 0;
    int64_t before = 1;       // tokens before the patches: class token first, distillation token, registers
    Grid grid;                // of the patches, which are the other tokens
    bool class_token = true;  // it answers; otherwise the patches' mean does

    int64_t tokens() const { return before + grid.cells(); }
};

// Attention rollout (Abnar and Zuidema 2020): through all layers, how much of what the answer is read from came from which patch. A layer
// counts as the mean of its heads, half of it, and half the token itself, which the residual carries on. By patch, rows first, as
// shares of what came from patches at all: they sum to 1, or are all 0 where nothing did.
std::vector<float> attention_rollout(const VisionAttention& attention);

// What each head of one layer looks at: the class token's weights over the patches, or the mean of the patches' own; [H, grid.cells()].
// They sum to less than 1 where tokens before the patches were looked at too.
std::vector<float> attention_by_head(const VisionAttention& attention, size_t layer);

}  // namespace heed
