#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/checkpoint.h"
#include "models/json_config.h"
#include "models/nn/encoder.h"

namespace heed {

// What a checkpoint calls the tensors around its encoder, in full; empty: there is none.
struct VitNames {
    std::string patches;  // a convolution's weight and bias
    std::string positions;
    std::string class_token, distillation_token, registers;
    std::string encoder;  // the scope of what `in_encoder` names
    nn::EncoderNames in_encoder;
    std::string pooled_norm;  // a norm after pooling, where there is none before
    std::string head, distillation_head;
};

// A vision transformer of any published family, whatever its config file calls things.
struct VitConfig {
    enum class Pooling { class_token, average, class_and_average };

    std::string family;  // "ViT", "DeiT", "DINOv2", "vit_tiny_patch16_224"
    int64_t image_height = 224, image_width = 224;
    int64_t patch_height = 16, patch_width = 16;
    int64_t colours = 3;
    nn::EncoderShape encoder;
    int64_t registers = 0;
    bool tokens_have_positions = true;  // the class and distillation tokens too
    bool antialias_positions = false;   // when positions are interpolated to a coarser grid
    Pooling pooling = Pooling::class_token;
    std::vector<std::string> labels;  // by class; empty: the checkpoint has no classifier
    VitNames names;

    int64_t channels() const { return encoder.norm.channels; }
    int64_t tokens_before_patches() const;
};

// Throws bad_model for a model that is no vision transformer, or one that heed cannot run, saying why.
VitConfig read_vit_config(const Config& config, const Checkpoint& checkpoint);

// By the family of the config file.
VitConfig read_huggingface_vit(const Config& config, const Checkpoint& checkpoint);  // ViT, DeiT, DINOv2
VitConfig read_timm_vit(const Config& config, const Checkpoint& checkpoint);

}  // namespace heed
