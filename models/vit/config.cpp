#include "models/vit/config.h"

namespace heed {

int64_t VitConfig::tokens_before_patches() const {
    return (names.class_token.empty() ? 0 : 1) + (names.distillation_token.empty() ? 0 : 1) + registers;
}

VitConfig read_vit_config(const Config& config, const Checkpoint& checkpoint) {
    VitConfig vit = config.has("architecture") ? read_timm_vit(config, checkpoint) : read_huggingface_vit(config, checkpoint);
    if (vit.image_height % vit.patch_height != 0 || vit.image_width % vit.patch_width != 0) {
        fail(ErrorKind::bad_model, config.name(), ": expected patches that divide the picture, got ", vit.patch_width, " x ",
             vit.patch_height, " in ", vit.image_width, " x ", vit.image_height);
    }
    return vit;
}

}  // namespace heed
