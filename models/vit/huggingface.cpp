// ViT, DeiT and DINOv2 as Hugging Face's configuration classes describe them. What a file leaves out has the class's default.
#include <algorithm>

#include "models/activation_name.h"
#include "models/label_names.h"
#include "models/model_scope.h"
#include "models/vit/config.h"

namespace heed {
namespace {

// Where the families differ before a config file says anything.
struct Family {
    std::string type;  // model_type
    std::string title;
    int64_t patch = 16;
    double epsilon = 1e-12;
    bool dino = false;
    bool registers = false;
};

const Family kFamilies[] = {
    {.type = "vit", .title = "ViT"},
    {.type = "deit", .title = "DeiT"},
    {.type = "dinov2", .title = "DINOv2", .patch = 14, .epsilon = 1e-6, .dino = true},
    {.type = "dinov2_with_registers", .title = "DINOv2", .patch = 16, .epsilon = 1e-6, .dino = true, .registers = true},
};

const Family& find_family(const Config& config) {
    const std::string type = config.string_or("model_type", "");
    for (const Family& family : kFamilies) {
        if (family.type == type) {
            return family;
        }
    }
    config.refuse("model_type", "vit, deit, dinov2 or dinov2_with_registers");
}

std::array<int64_t, 2> pair_or(const Config& config, std::string_view key, int64_t otherwise) {
    return config.has(key) ? config.pair(key, {1, 1 << 16}) : std::array<int64_t, 2>{otherwise, otherwise};
}

nn::EncoderShape read_encoder(const Config& config, const Family& family) {
    const int64_t channels = config.integer_or("hidden_size", 768, {1, 1 << 16});
    const bool gated = family.dino && config.boolean_or("use_swiglu_ffn", false);
    int64_t hidden = 0;
    if (family.dino) {
        hidden = channels * config.integer_or("mlp_ratio", 4, {1, 64});
        if (gated) {
            hidden = (hidden * 2 / 3 + 7) / 8 * 8;
        }
    } else {
        hidden = config.integer_or("intermediate_size", 3072, {1, 1 << 18});
    }
    const int heads = static_cast<int>(config.integer_or("num_attention_heads", 12, {1, 1024}));
    if (channels % heads != 0) {
        config.refuse("num_attention_heads", text("a divisor of hidden_size ", channels));
    }
    return {.layers = static_cast<int>(config.integer_or("num_hidden_layers", 12, {1, 1024})),
            .attention = {.channels = channels, .heads = heads, .bias = config.boolean_or("qkv_bias", true)},
            .feed_forward = {.channels = channels,
                             .hidden = hidden,
                             .activation = gated ? Activation::silu : read_activation(config, "hidden_act"),
                             .gated = gated},
            .norm = {.channels = channels, .epsilon = config.number_or("layer_norm_eps", family.epsilon)},
            .norms = nn::NormPlace::before};
}

nn::EncoderNames encoder_names(const Family& family) {
    nn::EncoderNames names{.layers = "encoder.layer",
                           .attention = "attention",
                           .attention_norm = "layernorm_before",
                           .feed_forward = "",
                           .feed_forward_norm = "layernorm_after",
                           .last_norm = "layernorm"};
    names.in_attention = {
        .query = "attention.query", .key = "attention.key", .value = "attention.value", .out = "output.dense", .packed = ""};
    names.in_feed_forward = {.up = "intermediate.dense", .down = "output.dense"};
    if (family.dino) {
        names.attention_norm = "norm1", names.feed_forward_norm = "norm2";
        names.attention_scale = "layer_scale1.lambda1", names.feed_forward_scale = "layer_scale2.lambda1";
        names.feed_forward = "mlp";
        names.in_feed_forward = {.up = "fc1", .down = "fc2"};
    }
    return names;
}

}  // namespace

VitConfig read_huggingface_vit(const Config& config, const Checkpoint& checkpoint) {
    const Family& family = find_family(config);
    VitConfig vit;
    vit.family = family.title;
    const auto image = pair_or(config, "image_size", 224), patch = pair_or(config, "patch_size", family.patch);
    vit.image_height = image[0], vit.image_width = image[1];
    vit.patch_height = patch[0], vit.patch_width = patch[1];
    vit.colours = config.integer_or("num_channels", 3, {1, 4});
    vit.encoder = read_encoder(config, family);
    vit.registers = family.registers ? config.integer_or("num_register_tokens", 4, {0, 1024}) : 0;
    vit.antialias_positions = family.registers;
    vit.pooling = family.dino ? VitConfig::Pooling::class_and_average : VitConfig::Pooling::class_token;

    const std::string scope = find_model_scope(config, checkpoint, family.type, "embeddings.cls_token"), embeddings = scope + "embeddings.";
    VitNames& names = vit.names;
    names.patches = embeddings + "patch_embeddings.projection";
    names.positions = embeddings + "position_embeddings";
    names.class_token = embeddings + "cls_token";
    names.distillation_token = family.type == "deit" ? embeddings + "distillation_token" : "";
    names.registers = vit.registers > 0 ? embeddings + "register_tokens" : "";
    names.encoder = scope.empty() ? "" : family.type;
    names.in_encoder = encoder_names(family);
    if (family.dino && vit.encoder.feed_forward.gated) {
        names.in_encoder.in_feed_forward = {.down = "weights_out", .gate_and_up = "weights_in"};
    }
    if (checkpoint.has("cls_classifier.weight")) {
        names.head = "cls_classifier", names.distillation_head = "distillation_classifier";
    } else if (checkpoint.has("classifier.weight")) {
        names.head = "classifier";
    }
    if (!names.head.empty()) {
        vit.labels = read_label_names(config);
    }
    return vit;
}

}  // namespace heed
