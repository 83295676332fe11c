#pragma once

#include <span>
#include <string>
#include <vector>

#include "io/image.h"
#include "models/vision/guess.h"
#include "models/vision/preprocess.h"
#include "models/vision/rollout.h"

namespace heed {

struct SeenPhoto {
    const io::Image& photo;  // RGB
    Region seen;             // what the patches cover, see seen_region()
    std::string name;        // "chelsea.png"
    std::string model;       // "ViT-Tiny/16"
};

// One page: the photo, beside it the photo under attention_rollout()'s shares, the model's guesses and how to read it all.
io::Image draw_attention_overlay(const SeenPhoto& photo, const Grid& grid, std::span<const float> shares,
                                 const std::vector<Guess>& guesses);

// One page: what each head of each layer looks at, laid over the photo.
io::Image draw_attention_heads(const SeenPhoto& photo, const VisionAttention& attention);

}  // namespace heed
