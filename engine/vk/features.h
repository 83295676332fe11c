#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/caps.h"
#include "vk/cooperative_matrix.h"
#include "vk/instance.h"

namespace heed::vk {

// Every feature structure heed looks at, as one pNext chain: filled by the driver when probing, handed back when a device is made.
struct Features {
    VkPhysicalDeviceFeatures2 core{};
    VkPhysicalDeviceVulkan11Features v11{};
    VkPhysicalDeviceVulkan12Features v12{};
    VkPhysicalDeviceSubgroupSizeControlFeatures size_control{};
    VkPhysicalDeviceShaderIntegerDotProductFeatures dot{};
    VkPhysicalDeviceMaintenance4Features maintenance4{};
    VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR executable{};
    VkPhysicalDevicePerformanceQueryFeaturesKHR performance{};
    CooperativeMatrixFeatures matrix{};
    Bfloat16Features bfloat16{};

    Features();
    Features(const Features&) = delete;  // the chain points into itself
};

// What a device offers beyond its version.
class Extensions {
public:
    Extensions(const Instance& instance, VkPhysicalDevice device);

    bool has(const char* name) const { return names_.contains(name); }
    uint32_t api_version() const { return api_version_; }
    bool core(uint32_t version) const { return api_version_ >= version; }

private:
    std::set<std::string> names_;
    uint32_t api_version_ = 0;
};

// Links into the chain what this device and the validation layer have heard of; returns the extensions those structures need.
std::vector<const char*> link(Features& features, const Instance& instance, const Extensions& extensions);

// The extension that reads the device's clock and the host's together, by the name that device and validation layer know; null: none.
const char* calibrated_timestamps_name(const Instance& instance, const Extensions& extensions);

// Turns off everything that caps, which may have been clamped, do not speak of.
void keep_only(Features& features, const Caps& caps);

}  // namespace heed::vk
