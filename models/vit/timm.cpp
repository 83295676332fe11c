// timm's vision transformers: sizes come from the tensors, what tensors cannot tell from model_args or from the architecture's name.
#include <algorithm>

#include "models/vit/config.h"

namespace heed {
namespace {

// timm's named sizes; any other width has heads of 64 channels.
struct NamedHeads {
    std::string_view part;
    int64_t channels;
    int heads;
};
constexpr NamedHeads kNamedHeads[] = {{"_huge_", 1280, 16},   {"_giant_", 1408, 16}, {"_gigantic_", 1664, 16},
                                      {"_so400m_", 1152, 16}, {"_giant_", 1536, 24}, {"_so150m_", 896, 14}};

const io::TensorEntry& expect(const Checkpoint& checkpoint, const Config& config, std::string_view name, size_t rank) {
    const io::TensorEntry* entry = checkpoint.entry(name);
    if (entry == nullptr) {
        fail(ErrorKind::bad_model, checkpoint.description(), ": expected the tensors of the '", config.string("architecture"), "' that ",
             config.name(), " announces, got no '", name, "'");
    }
    if (entry->shape.size() != rank) {
        fail(ErrorKind::bad_model, checkpoint.description(), ": expected '", name, "' to have ", rank, " axes, got ", entry->shape.size());
    }
    return *entry;
}

int read_heads(const Config& config, const Config& arguments, int64_t channels) {
    if (arguments.has("num_heads")) {
        return static_cast<int>(arguments.integer("num_heads", {1, 1024}));
    }
    const std::string name = config.string("architecture");
    for (const NamedHeads& named : kNamedHeads) {
        if (channels == named.channels && name.find(named.part) != std::string::npos) {
            return named.heads;
        }
    }
    constexpr int64_t kUsual = 64;
    if (channels % kUsual != 0) {
        config.refuse("model_args", text("an object with num_heads, as ", channels, " channels are not made of heads of ", kUsual));
    }
    return static_cast<int>(channels / kUsual);
}

int count_blocks(const Checkpoint& checkpoint) {
    int layers = 0;
    while (checkpoint.has(text("blocks.", layers, ".norm1.weight"))) {
        ++layers;
    }
    return layers;
}

void refuse_what_is_no_vit(const Config& config, const Checkpoint& checkpoint) {
    const std::string architecture = config.string("architecture");
    if (architecture.rfind("vit_", 0) != 0 && architecture.rfind("deit", 0) != 0) {
        config.refuse("architecture", "a name that begins with vit_ or deit");
    }
    for (const char* name : {"norm_pre.weight", "blocks.0.attn.q_norm.weight", "blocks.0.mlp.fc1_g.weight", "attn_pool.latent",
                             "blocks.0.attn.rel_pos.relative_position_bias_table"}) {
        if (checkpoint.has(name)) {
            fail(ErrorKind::unsupported, checkpoint.description(), ": expected a plain vision transformer, got one with '", name, "'");
        }
    }
}

nn::EncoderNames encoder_names(const Checkpoint& checkpoint) {
    nn::EncoderNames names{.layers = "blocks",
                           .attention = "attn",
                           .attention_norm = "norm1",
                           .feed_forward = "mlp",
                           .feed_forward_norm = "norm2",
                           .last_norm = checkpoint.has("norm.weight") ? "norm" : ""};
    names.in_attention = {.out = "proj", .packed = "qkv"};
    names.in_feed_forward = {.up = "fc1", .down = "fc2"};
    if (checkpoint.has("blocks.0.ls1.gamma")) {
        names.attention_scale = "ls1.gamma", names.feed_forward_scale = "ls2.gamma";
    }
    return names;
}

Config read_arguments(const Config& config) {
    return config.has("model_args") ? config.object("model_args") : Config::parse("{}", config.name());
}

void read_picture(const Config& config, const Config& arguments, VitConfig& vit) {
    if (arguments.has("img_size")) {
        const auto size = arguments.pair("img_size", {1, 1 << 16});
        vit.image_height = size[0], vit.image_width = size[1];
        return;
    }
    const Config published = config.has("pretrained_cfg") ? config.object("pretrained_cfg") : Config::parse("{}", config.name());
    if (published.has("input_size")) {
        const std::vector<int64_t> size = published.integers("input_size", {1, 1 << 16});
        if (size.size() != 3) {
            published.refuse("input_size", "a list of colours, height and width");
        }
        vit.image_height = size[1], vit.image_width = size[2];
    }
}

std::vector<std::string> read_labels(const Config& config, int64_t classes) {
    std::vector<std::string> labels;
    if (config.has("label_names")) {
        labels = config.strings("label_names");
        if (static_cast<int64_t>(labels.size()) != classes) {
            config.refuse("label_names", text("as many names as there are classes, ", classes));
        }
        return labels;
    }
    for (int64_t i = 0; i < classes; ++i) {
        labels.push_back(text("class ", i));
    }
    return labels;
}

}  // namespace

VitConfig read_timm_vit(const Config& config, const Checkpoint& checkpoint) {
    refuse_what_is_no_vit(config, checkpoint);
    const Config arguments = read_arguments(config);
    const io::TensorEntry& patches = expect(checkpoint, config, "patch_embed.proj.weight", 4);  // [C,colours,height,width]
    const io::TensorEntry& widen = expect(checkpoint, config, "blocks.0.mlp.fc1.weight", 2);    // [hidden,C]
    const int64_t channels = patches.shape[0];

    VitConfig vit;
    vit.family = config.string("architecture");
    read_picture(config, arguments, vit);
    vit.colours = patches.shape[1];
    vit.patch_height = patches.shape[2], vit.patch_width = patches.shape[3];
    vit.encoder = {.layers = count_blocks(checkpoint),
                   .attention = {.channels = channels,
                                 .heads = read_heads(config, arguments, channels),
                                 .bias = checkpoint.has("blocks.0.attn.qkv.bias")},
                   .feed_forward = {.channels = channels, .hidden = widen.shape[0], .activation = Activation::gelu},
                   .norm = {.channels = channels, .epsilon = 1e-6},
                   .norms = nn::NormPlace::before};
    vit.antialias_positions = true;
    vit.tokens_have_positions = !arguments.boolean_or("no_embed_class", false);
    const std::string pool = arguments.string_or("global_pool", config.string_or("global_pool", "token"));
    if (pool != "token" && pool != "avg") {
        config.refuse("global_pool", "token or avg");
    }
    vit.pooling = pool == "avg" ? VitConfig::Pooling::average : VitConfig::Pooling::class_token;

    const auto if_there = [&](const char* name) { return checkpoint.has(name) ? std::string(name) : std::string(); };
    VitNames& names = vit.names;
    names.patches = "patch_embed.proj";
    names.positions = "pos_embed";
    names.class_token = if_there("cls_token");
    names.distillation_token = if_there("dist_token");
    names.registers = if_there("reg_token");
    names.in_encoder = encoder_names(checkpoint);
    names.pooled_norm = checkpoint.has("fc_norm.weight") ? "fc_norm" : "";
    names.head = checkpoint.has("head.weight") ? "head" : "";
    names.distillation_head = checkpoint.has("head_dist.weight") ? "head_dist" : "";
    if (!names.registers.empty()) {
        vit.registers = expect(checkpoint, config, names.registers, 3).shape[1];
    }
    if (!names.head.empty()) {
        vit.labels = read_labels(config, expect(checkpoint, config, "head.weight", 2).shape[0]);
    }
    return vit;
}

}  // namespace heed
