#include "vk/validation_layer.h"

#include <cstring>

#include "base/error.h"

namespace heed::vk {

namespace {

constexpr uint32_t kReadsSettings = VK_MAKE_API_VERSION(0, 1, 3, 275);  // the first layer that takes its settings this way
constexpr VkBool32 kTrue = VK_TRUE;
constexpr uint32_t kPrintBytes = 1 << 20;  // a submit; the older layer keeps 1024 bytes of it and lets no one change that from here
constexpr int32_t kBool = 0, kUint32 = 3;  // VkLayerSettingTypeEXT

}  // namespace

uint32_t validation_layer_version() {
    uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    for (const VkLayerProperties& layer : layers) {
        if (std::strcmp(layer.layerName, kValidationLayer) == 0) {
            return layer.specVersion;
        }
    }
    return 0;
}

ValidationChain::ValidationChain(Validation validation, uint32_t layer_version, const void* next) : head_(next) {
    if (validation == Validation::off) {
        return;
    }
    const bool race = validation == Validation::race;
    const bool print = validation == Validation::print;
    const bool gpu = validation == Validation::gpu || race;
    if (layer_version < kReadsSettings) {
        if (race) {
            fail(ErrorKind::unsupported, "validation: the layer ", kValidationLayer, " of version ", VK_API_VERSION_MAJOR(layer_version),
                 ".", VK_API_VERSION_MINOR(layer_version), ".", VK_API_VERSION_PATCH(layer_version), " is too old to find races");
        }
        checks_ = {VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT};
        if (gpu) {
            checks_.push_back(VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_EXT);
        }
        if (print) {
            checks_.push_back(VK_VALIDATION_FEATURE_ENABLE_DEBUG_PRINTF_EXT);
        }
        features_ = {.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
                     .pNext = next,
                     .enabledValidationFeatureCount = static_cast<uint32_t>(checks_.size()),
                     .pEnabledValidationFeatures = checks_.data()};
        head_ = &features_;
        return;
    }
    const auto set = [&](const char* name, int32_t type = kBool, const void* value = &kTrue) {
        list_.push_back({.layer = kValidationLayer, .name = name, .type = type, .values = value});
    };
    set("validate_sync");
    set("syncval_shader_accesses_heuristic");  // without it nothing a shader does is looked at
    if (gpu) {
        set("gpuav_enable");
    }
    if (race) {
        set("gpuav_shared_memory_data_race");
    }
    if (print) {
        set("printf_enable");
        set("printf_buffer_size", kUint32, &kPrintBytes);
    }
    settings_.pNext = next;
    settings_.count = static_cast<uint32_t>(list_.size());
    settings_.settings = list_.data();
    head_ = &settings_;
}

}  // namespace heed::vk
