#pragma once

#include <array>
#include <vector>

#include "vk/handles.h"
#include "vk/instance.h"

namespace heed::vk {

constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";

uint32_t validation_layer_version();  // 0: not installed

// What the registry says of VK_EXT_layer_settings, for Vulkan headers older than it is; the names are ours, so that newer headers
// do not collide.
struct LayerSetting {
    const char* layer = nullptr;
    const char* name = nullptr;
    int32_t type = 0;  // a VkLayerSettingTypeEXT
    uint32_t count = 1;
    const void* values = nullptr;
};
struct LayerSettings {
    VkStructureType sType = static_cast<VkStructureType>(1000496000);
    const void* pNext = nullptr;
    uint32_t count = 0;
    const LayerSetting* settings = nullptr;
};

// The pNext chain that turns on what the validation layer of this version should look for: synchronization always, the
// rest as asked for.
class ValidationChain {
public:
    ValidationChain(Validation validation, uint32_t layer_version, const void* next);
    ValidationChain(const ValidationChain&) = delete;  // the chain points into itself

    const void* head() const { return head_; }

private:
    const void* head_ = nullptr;
    std::vector<VkValidationFeatureEnableEXT> checks_;
    VkValidationFeaturesEXT features_{};
    std::vector<LayerSetting> list_;
    LayerSettings settings_;
};

}  // namespace heed::vk
