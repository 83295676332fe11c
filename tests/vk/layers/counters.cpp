// The instance's half: the extension is listed, its counters are described, and a device is made without it.
#include "counters.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace heed::tests::counters {

Layer& layer() {
    static Layer one;
    return one;
}

Unlinked::Unlinked(const void* const* chain, VkStructureType type)
    : link_(reinterpret_cast<VkBaseOutStructure**>(const_cast<void**>(chain))), structure_(nullptr) {
    while (*link_ && (*link_)->sType != type) {
        link_ = &(*link_)->pNext;
    }
    structure_ = *link_;
    if (structure_) {
        *link_ = structure_->pNext;
    }
}

Unlinked::~Unlinked() {
    if (structure_) {
        *link_ = structure_;
    }
}

namespace {

constexpr const char* kName = "VK_LAYER_HEED_counters";

VKAPI_ATTR VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo* info, const VkAllocationCallbacks* allocator, VkInstance* out) {
    auto* link = const_cast<VkLayerInstanceCreateInfo*>(static_cast<const VkLayerInstanceCreateInfo*>(info->pNext));
    while (link && !(link->sType == VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO && link->function == VK_LAYER_LINK_INFO)) {
        link = const_cast<VkLayerInstanceCreateInfo*>(static_cast<const VkLayerInstanceCreateInfo*>(link->pNext));
    }
    if (!link) {
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    layer().next_instance = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    const auto create = reinterpret_cast<PFN_vkCreateInstance>(layer().next_instance(VK_NULL_HANDLE, "vkCreateInstance"));
    const VkResult result = create(info, allocator, out);
    layer().instance = *out;
    // now or never: once the chain is complete, the loader answers with its top, which may be this layer
    const auto below = [&](const char* name) { return layer().next_instance(*out, name); };
    layer().enumerate_extensions =
        reinterpret_cast<PFN_vkEnumerateDeviceExtensionProperties>(below("vkEnumerateDeviceExtensionProperties"));
    layer().properties2 = reinterpret_cast<PFN_vkGetPhysicalDeviceProperties2>(below("vkGetPhysicalDeviceProperties2"));
    layer().features2 = reinterpret_cast<PFN_vkGetPhysicalDeviceFeatures2>(below("vkGetPhysicalDeviceFeatures2"));
    return result;
}

VKAPI_ATTR VkResult VKAPI_CALL enumerate_extensions(VkPhysicalDevice device, const char* name, uint32_t* count,
                                                    VkExtensionProperties* out) {
    constexpr VkExtensionProperties kOurs{VK_KHR_PERFORMANCE_QUERY_EXTENSION_NAME, VK_KHR_PERFORMANCE_QUERY_SPEC_VERSION};
    std::vector<VkExtensionProperties> all;
    if (!name || std::strcmp(name, kName) != 0) {
        uint32_t theirs = 0;
        layer().enumerate_extensions(device, name, &theirs, nullptr);
        all.resize(theirs);
        layer().enumerate_extensions(device, name, &theirs, all.data());
    }
    if (!name || std::strcmp(name, kName) == 0) {
        all.push_back(kOurs);
    }
    const auto most = static_cast<uint32_t>(all.size());
    if (!out) {
        *count = most;
        return VK_SUCCESS;
    }
    *count = std::min(*count, most);
    std::copy_n(all.begin(), *count, out);
    return *count < most ? VK_INCOMPLETE : VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL features2(VkPhysicalDevice device, VkPhysicalDeviceFeatures2* features) {
    const Unlinked ours(&features->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PERFORMANCE_QUERY_FEATURES_KHR);
    layer().features2(device, features);
    if (ours.structure()) {
        reinterpret_cast<VkPhysicalDevicePerformanceQueryFeaturesKHR*>(ours.structure())->performanceCounterQueryPools = VK_TRUE;
    }
}

VKAPI_ATTR void VKAPI_CALL properties2(VkPhysicalDevice device, VkPhysicalDeviceProperties2* properties) {
    const Unlinked ours(&properties->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PERFORMANCE_QUERY_PROPERTIES_KHR);
    layer().properties2(device, properties);
}

VKAPI_ATTR VkResult VKAPI_CALL list_counters(VkPhysicalDevice, uint32_t, uint32_t* count, VkPerformanceCounterKHR* counters,
                                             VkPerformanceCounterDescriptionKHR* descriptions) {
    constexpr auto most = static_cast<uint32_t>(kCounters.size());
    *count = counters || descriptions ? std::min(*count, most) : most;
    for (uint32_t i = 0; i < *count; ++i) {
        const Counter& counter = kCounters[i];
        if (counters) {
            counters[i].unit = counter.unit;
            counters[i].scope = counter.scope;
            counters[i].storage = counter.storage;
        }
        if (descriptions) {
            descriptions[i].flags = i == 2 ? VK_PERFORMANCE_COUNTER_DESCRIPTION_CONCURRENTLY_IMPACTED_BIT_KHR : 0;
            std::strcpy(descriptions[i].name, counter.name);
            std::strcpy(descriptions[i].category, "heed's tests");
            std::strcpy(descriptions[i].description, counter.description);
        }
    }
    return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL count_passes(VkPhysicalDevice, const VkQueryPoolPerformanceCreateInfoKHR* info, uint32_t* passes) {
    *passes = info->counterIndexCount;  // no two at once
}

VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice physical, const VkDeviceCreateInfo* info,
                                             const VkAllocationCallbacks* allocator, VkDevice* out) {
    auto* link = const_cast<VkLayerDeviceCreateInfo*>(static_cast<const VkLayerDeviceCreateInfo*>(info->pNext));
    while (link && !(link->sType == VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO && link->function == VK_LAYER_LINK_INFO)) {
        link = const_cast<VkLayerDeviceCreateInfo*>(static_cast<const VkLayerDeviceCreateInfo*>(link->pNext));
    }
    if (!link) {
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    layer().next_device = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
    const PFN_vkGetInstanceProcAddr instance = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    // below this layer no one has heard of the extension
    std::vector<const char*> names(info->ppEnabledExtensionNames, info->ppEnabledExtensionNames + info->enabledExtensionCount);
    std::erase_if(names, [](const char* name) { return std::strcmp(name, VK_KHR_PERFORMANCE_QUERY_EXTENSION_NAME) == 0; });
    VkDeviceCreateInfo without = *info;
    without.enabledExtensionCount = static_cast<uint32_t>(names.size());
    without.ppEnabledExtensionNames = names.data();
    const Unlinked ours(&without.pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PERFORMANCE_QUERY_FEATURES_KHR);
    const auto create = reinterpret_cast<PFN_vkCreateDevice>(instance(layer().instance, "vkCreateDevice"));
    const VkResult result = create(physical, &without, allocator, out);
    layer().device = *out;
    return result;
}

struct Function {
    std::string_view name;
    PFN_vkVoidFunction function;
};

template <typename F>
PFN_vkVoidFunction any(F* function) {
    return reinterpret_cast<PFN_vkVoidFunction>(function);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL instance_address(VkInstance instance, const char* name) {
    const Function ours[]{
        {"vkGetInstanceProcAddr", any(instance_address)},
        {"vkCreateInstance", any(create_instance)},
        {"vkCreateDevice", any(create_device)},
        {"vkEnumerateDeviceExtensionProperties", any(enumerate_extensions)},
        {"vkGetPhysicalDeviceFeatures2", any(features2)},
        {"vkGetPhysicalDeviceProperties2", any(properties2)},
        {"vkEnumeratePhysicalDeviceQueueFamilyPerformanceQueryCountersKHR", any(list_counters)},
        {"vkGetPhysicalDeviceQueueFamilyPerformanceQueryPassesKHR", any(count_passes)},
    };
    for (const Function& f : ours) {
        if (f.name == name) {
            return f.function;
        }
    }
    const PFN_vkVoidFunction of_device = device_function(name);
    return of_device ? of_device : layer().next_instance(instance, name);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_address(VkDevice device, const char* name) {
    const std::string_view asked = name;
    if (asked == "vkGetDeviceProcAddr") {
        return any(device_address);
    }
    const PFN_vkVoidFunction ours = device_function(asked);
    return ours ? ours : layer().next_device(device, name);
}

}  // namespace

}  // namespace heed::tests::counters

extern "C" {

// What has been done that the extension forbids, a line each; forgotten once told.
__attribute__((visibility("default"))) const char* heed_counters_complaints() {
    static std::string told;
    told = std::exchange(heed::tests::counters::layer().complaints, {});
    return told.c_str();
}

__attribute__((visibility("default"))) VKAPI_ATTR VkResult VKAPI_CALL
vkNegotiateLoaderLayerInterfaceVersion(VkNegotiateLayerInterface* version) {
    version->loaderLayerInterfaceVersion = 2;
    version->pfnGetInstanceProcAddr = heed::tests::counters::instance_address;
    version->pfnGetDeviceProcAddr = heed::tests::counters::device_address;
    version->pfnGetPhysicalDeviceProcAddr = nullptr;
    return VK_SUCCESS;
}
}
