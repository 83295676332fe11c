#include "vk/features.h"

#include "vk/instance_table.h"

namespace heed::vk {

Features::Features() {
    core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES;
    v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    size_control.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES;
    dot.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES;
    maintenance4.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_FEATURES;
    executable.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR;
    performance.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PERFORMANCE_QUERY_FEATURES_KHR;
}

Extensions::Extensions(const Instance& instance, VkPhysicalDevice device) {
    VkPhysicalDeviceProperties properties{};
    instance.api().properties(device, &properties);
    api_version_ = properties.apiVersion;
    uint32_t count = 0;
    instance.api().enumerate_extensions(device, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> all(count);
    instance.api().enumerate_extensions(device, nullptr, &count, all.data());
    for (const VkExtensionProperties& extension : all) {
        names_.insert(extension.extensionName);
    }
}

std::vector<const char*> link(Features& features, const Instance& instance, const Extensions& extensions) {
    std::vector<const char*> names;
    void** tail = &features.core.pNext;
    const auto append = [&](auto& structure) {
        *tail = &structure;
        tail = &structure.pNext;
    };
    const auto append_extension = [&](auto& structure, const char* name, uint32_t core_since) {
        if (extensions.has(name)) {
            names.push_back(name);
            append(structure);
        } else if (extensions.core(core_since)) {
            append(structure);
        }
    };
    constexpr uint32_t kNever = ~0u;
    if (extensions.core(VK_API_VERSION_1_2)) {
        append(features.v11);
        append(features.v12);
    }
    append_extension(features.size_control, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME, VK_API_VERSION_1_3);
    append_extension(features.dot, VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME, VK_API_VERSION_1_3);
    append_extension(features.maintenance4, VK_KHR_MAINTENANCE_4_EXTENSION_NAME, VK_API_VERSION_1_3);
    append_extension(features.executable, VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME, kNever);
    append_extension(features.performance, VK_KHR_PERFORMANCE_QUERY_EXTENSION_NAME, kNever);
    if (instance.knows(kCooperativeMatrixHeader) && instance.api().cooperative_matrix_properties) {
        append_extension(features.matrix, kCooperativeMatrixName, kNever);
    }
    if (instance.knows(kBfloat16Header)) {
        append_extension(features.bfloat16, kBfloat16Name, kNever);
    }
    *tail = nullptr;
    return names;
}

const char* calibrated_timestamps_name(const Instance& instance, const Extensions& extensions) {
    constexpr const char* kPromoted = "VK_KHR_calibrated_timestamps";  // newer than the headers of Debian 12
    constexpr uint32_t kPromotedHeader = VK_MAKE_API_VERSION(0, 1, 3, 268);
    if (extensions.has(VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME)) {
        return VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME;
    }
    return extensions.has(kPromoted) && instance.knows(kPromotedHeader) ? kPromoted : nullptr;
}

void keep_only(Features& features, const Caps& caps) {
    const auto flag = [](bool wanted, VkBool32 there) { return wanted && there ? VK_TRUE : VK_FALSE; };

    VkPhysicalDeviceFeatures core{};
    core.shaderInt16 = flag(caps.int16, features.core.features.shaderInt16);
    core.shaderInt64 = flag(caps.int64, features.core.features.shaderInt64);
    core.shaderFloat64 = flag(caps.fp64, features.core.features.shaderFloat64);
    // robustBufferAccess stays off: kernels check their own bounds, and pay for them once
    features.core.features = core;

    VkPhysicalDeviceVulkan11Features v11{};
    v11.sType = features.v11.sType;
    v11.pNext = features.v11.pNext;
    v11.storageBuffer16BitAccess = flag(caps.fp16_storage || caps.bf16_storage, features.v11.storageBuffer16BitAccess);
    features.v11 = v11;

    VkPhysicalDeviceVulkan12Features v12{};
    v12.sType = features.v12.sType;
    v12.pNext = features.v12.pNext;
    v12.storageBuffer8BitAccess = flag(caps.int8_storage, features.v12.storageBuffer8BitAccess);
    v12.shaderFloat16 = flag(caps.fp16_arithmetic, features.v12.shaderFloat16);
    v12.shaderInt8 = flag(caps.int8_arithmetic, features.v12.shaderInt8);
    v12.shaderSubgroupExtendedTypes = flag(caps.subgroup_size > 1, features.v12.shaderSubgroupExtendedTypes);
    v12.hostQueryReset = flag(caps.performance_query, features.v12.hostQueryReset);
    v12.vulkanMemoryModel = flag(!caps.cooperative_matrix.empty(), features.v12.vulkanMemoryModel);
    v12.vulkanMemoryModelDeviceScope = flag(!caps.cooperative_matrix.empty(), features.v12.vulkanMemoryModelDeviceScope);
    features.v12 = v12;

    features.size_control.subgroupSizeControl = flag(caps.subgroup_size_control, features.size_control.subgroupSizeControl);
    features.size_control.computeFullSubgroups = flag(caps.full_subgroups, features.size_control.computeFullSubgroups);
    features.dot.shaderIntegerDotProduct = flag(caps.integer_dot, features.dot.shaderIntegerDotProduct);
    features.executable.pipelineExecutableInfo = flag(caps.executable_properties, features.executable.pipelineExecutableInfo);
    features.performance.performanceCounterQueryPools = flag(caps.performance_query, features.performance.performanceCounterQueryPools);
    features.performance.performanceCounterMultipleQueryPools = VK_FALSE;
    features.matrix.cooperativeMatrix = flag(!caps.cooperative_matrix.empty(), features.matrix.cooperativeMatrix);
    features.matrix.cooperativeMatrixRobustBufferAccess = VK_FALSE;
    features.bfloat16.type = flag(caps.bf16_arithmetic, features.bfloat16.type);
    features.bfloat16.dotProduct = flag(caps.bf16_arithmetic, features.bfloat16.dotProduct);
    features.bfloat16.cooperativeMatrix =
        flag(caps.bf16_arithmetic && !caps.cooperative_matrix.empty(), features.bfloat16.cooperativeMatrix);
}

}  // namespace heed::vk
