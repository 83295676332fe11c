#pragma once

#include "models/vit/config.h"
#include "models/vit/positions.h"

namespace heed {

struct VitOptions {
    int64_t batch = 1;
    int64_t height = 0, width = 0;  // of the pictures; 0: as in training. Other sizes get interpolated positions
    DType stored = DType::f32;      // weights and what flows between kernels; sums are f32 either way
    bool hidden = false;            // also the output "hidden": what the last norm made of every token
    bool attention = false;         // also "attention.0", "attention.1" ...: exact weights by block, [B,H,T,T]
};

// Input "patches" [B,N,colours*height*width], see cut_patches(). Output "logits" [B,labels], if the checkpoint has a classifier.
Graph build_vit(const VitConfig& config, WeightSource& source, const VitOptions& options = {});

// The patches of a picture of that size; a rest narrower than a patch is left out.
Grid patch_grid(const VitConfig& config, const VitOptions& options);

// pixels [colours,height,width] -> [N, colours*patch_height*patch_width], patches in rows: what a convolution whose stride is its
// size multiplies its weight with.
std::vector<float> cut_patches(std::span<const float> pixels, const VitConfig& config, const VitOptions& options);

}  // namespace heed
