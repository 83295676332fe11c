#include "vk/probe.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "vk/features.h"
#include "vk/instance_table.h"

namespace heed::vk {

namespace {

// The property structures, chained like the features.
struct Properties {
    VkPhysicalDeviceProperties2 core{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
    VkPhysicalDeviceVulkan11Properties v11{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES};
    VkPhysicalDeviceVulkan12Properties v12{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
    VkPhysicalDeviceSubgroupSizeControlProperties size_control{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES};
    VkPhysicalDeviceMaintenance4Properties maintenance4{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_PROPERTIES};

    void query(const Instance& instance, VkPhysicalDevice device, const Extensions& extensions) {
        void** tail = &core.pNext;
        const auto append = [&](bool known, auto& structure) {
            if (known) {
                *tail = &structure;
                tail = &structure.pNext;
            }
        };
        const bool v13 = extensions.core(VK_API_VERSION_1_3);
        append(extensions.core(VK_API_VERSION_1_2), v11);
        append(extensions.core(VK_API_VERSION_1_2), v12);
        append(v13 || extensions.has(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME), size_control);
        append(v13 || extensions.has(VK_KHR_MAINTENANCE_4_EXTENSION_NAME), maintenance4);
        instance.api().properties2(device, &core);
    }
};

DeviceType to_type(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return DeviceType::integrated;
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return DeviceType::discrete;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return DeviceType::virtual_gpu;
        case VK_PHYSICAL_DEVICE_TYPE_CPU: return DeviceType::cpu;
        default: return DeviceType::other;
    }
}

std::string uuid_text(const uint8_t* bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (size_t i = 0; i < VK_UUID_SIZE; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            out += '-';
        }
        out += {kDigits[bytes[i] >> 4], kDigits[bytes[i] & 15]};
    }
    return out;
}

void probe_identity(Caps& caps, const Properties& properties) {
    const VkPhysicalDeviceProperties& core = properties.core.properties;
    caps.device_name = core.deviceName;
    caps.driver_name = properties.v12.driverName;
    caps.driver_info = properties.v12.driverInfo;
    caps.uuid = uuid_text(properties.v11.deviceUUID);
    caps.type = to_type(core.deviceType);
    caps.vendor_id = core.vendorID;
    caps.device_id = core.deviceID;
    caps.driver_version = core.driverVersion;
    caps.api_version = core.apiVersion;
}

void probe_limits(Caps& caps, const Properties& properties) {
    const VkPhysicalDeviceLimits& limits = properties.core.properties.limits;
    caps.max_invocations = limits.maxComputeWorkGroupInvocations;
    std::copy_n(limits.maxComputeWorkGroupSize, 3, caps.max_workgroup_size.begin());
    std::copy_n(limits.maxComputeWorkGroupCount, 3, caps.max_workgroup_count.begin());
    caps.shared_bytes = limits.maxComputeSharedMemorySize;
    caps.push_bytes = limits.maxPushConstantsSize;
    caps.max_storage_buffers = std::min(limits.maxPerStageDescriptorStorageBuffers, limits.maxDescriptorSetStorageBuffers);
    caps.max_binding_range = limits.maxStorageBufferRange;
    caps.max_allocation_count = limits.maxMemoryAllocationCount;
    caps.storage_alignment =
        std::max(16u, static_cast<uint32_t>(limits.minStorageBufferOffsetAlignment));  // kernels load four elements at once
    caps.atom_size = static_cast<uint32_t>(limits.nonCoherentAtomSize);
    caps.max_allocation = properties.v11.maxMemoryAllocationSize;
    caps.max_buffer = properties.maintenance4.maxBufferSize > 0 ? properties.maintenance4.maxBufferSize : caps.max_allocation;
}

void probe_subgroups(Caps& caps, const Properties& properties, const Features& features) {
    const VkPhysicalDeviceVulkan11Properties& v11 = properties.v11;
    if ((v11.subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT) == 0 || v11.subgroupSize < 2) {
        return;
    }
    caps.subgroup_size = caps.min_subgroup_size = caps.max_subgroup_size = v11.subgroupSize;
    const auto has = [&](VkSubgroupFeatureFlagBits operation) { return (v11.subgroupSupportedOperations & operation) != 0; };
    caps.subgroup_basic = has(VK_SUBGROUP_FEATURE_BASIC_BIT);
    caps.subgroup_vote = has(VK_SUBGROUP_FEATURE_VOTE_BIT);
    caps.subgroup_arithmetic = has(VK_SUBGROUP_FEATURE_ARITHMETIC_BIT);
    caps.subgroup_ballot = has(VK_SUBGROUP_FEATURE_BALLOT_BIT);
    caps.subgroup_shuffle = has(VK_SUBGROUP_FEATURE_SHUFFLE_BIT);
    caps.subgroup_shuffle_relative = has(VK_SUBGROUP_FEATURE_SHUFFLE_RELATIVE_BIT);
    caps.subgroup_clustered = has(VK_SUBGROUP_FEATURE_CLUSTERED_BIT);
    caps.subgroup_quad = has(VK_SUBGROUP_FEATURE_QUAD_BIT);
    if (properties.size_control.maxSubgroupSize > 0) {
        caps.min_subgroup_size = properties.size_control.minSubgroupSize;
        caps.max_subgroup_size = properties.size_control.maxSubgroupSize;
    }
    caps.subgroup_size_control = features.size_control.subgroupSizeControl &&
                                 (properties.size_control.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
    caps.full_subgroups = features.size_control.computeFullSubgroups;
}

void probe_formats(Caps& caps, const Features& features) {
    caps.fp16_storage = features.v11.storageBuffer16BitAccess;
    caps.fp16_arithmetic = features.v12.shaderFloat16;
    caps.bf16_storage = features.v11.storageBuffer16BitAccess;  // moved as 16-bit integers, widened by a shift
    caps.bf16_arithmetic = features.bfloat16.type;
    caps.int8_storage = features.v12.storageBuffer8BitAccess;
    caps.int8_arithmetic = features.v12.shaderInt8;
    caps.int16 = features.core.features.shaderInt16;
    caps.int64 = features.core.features.shaderInt64;
    caps.fp64 = features.core.features.shaderFloat64;
    caps.integer_dot = features.dot.shaderIntegerDotProduct;
}

void probe_cooperative_matrix(Caps& caps, const Instance& instance, VkPhysicalDevice device, const Features& features) {
    if (!features.matrix.cooperativeMatrix) {
        return;
    }
    const auto query = instance.api().cooperative_matrix_properties;
    uint32_t count = 0;
    query(device, &count, nullptr);
    std::vector<CooperativeMatrixProperties> all(count);
    if (query(device, &count, all.data()) != VK_SUCCESS) {
        return;
    }
    for (const CooperativeMatrixProperties& p : all) {
        if (p.saturating) {  // each comes without saturation too
            continue;
        }
        caps.cooperative_matrix.push_back({.m = p.m,
                                           .n = p.n,
                                           .k = p.k,
                                           .a = component_name(p.a),
                                           .b = component_name(p.b),
                                           .c = component_name(p.c),
                                           .result = component_name(p.result),
                                           .subgroup_scope = p.scope == 3});
    }
}

// Mapping pays only where the memory is one: over PCIe the host may see all of a card's memory too, and read it at a crawl.
bool is_unified(const Caps& caps, const Instance& instance, VkPhysicalDevice device) {
    const bool all_local = std::ranges::all_of(caps.heaps, &MemoryHeap::device_local);
    if (caps.type != DeviceType::integrated && caps.type != DeviceType::cpu && !all_local) {
        return false;
    }
    VkPhysicalDeviceMemoryProperties2 memory{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
    instance.api().memory_properties2(device, &memory);
    constexpr VkMemoryPropertyFlags kBoth = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
    std::vector<bool> mappable(caps.heaps.size(), false);
    for (uint32_t i = 0; i < memory.memoryProperties.memoryTypeCount; ++i) {
        const VkMemoryType& type = memory.memoryProperties.memoryTypes[i];
        if ((type.propertyFlags & kBoth) == kBoth) {
            mappable[type.heapIndex] = true;
        }
    }
    for (size_t i = 0; i < caps.heaps.size(); ++i) {
        if (caps.heaps[i].device_local && !mappable[i]) {
            return false;
        }
    }
    return !caps.heaps.empty();
}

std::vector<VkQueueFamilyProperties> families(const Instance& instance, VkPhysicalDevice device) {
    uint32_t count = 0;
    instance.api().queue_families(device, &count, nullptr);
    std::vector<VkQueueFamilyProperties> all(count);
    instance.api().queue_families(device, &count, all.data());
    return all;
}

void probe_measuring(Caps& caps, const Instance& instance, VkPhysicalDevice device, const Properties& properties, const Features& features,
                     const Extensions& extensions) {
    const int family = compute_family(instance, device);
    caps.compute = family >= 0;
    if (caps.compute) {
        caps.timestamp_bits = families(instance, device)[static_cast<size_t>(family)].timestampValidBits;
    }
    caps.timestamp_ns = static_cast<double>(properties.core.properties.limits.timestampPeriod);
    if (!std::isfinite(caps.timestamp_ns) || caps.timestamp_ns <= 0) {  // Mesa's drivers without hardware say infinity
        caps.timestamp_bits = 0;
        caps.timestamp_ns = 0;
    }
    caps.executable_properties = features.executable.pipelineExecutableInfo;
    caps.performance_query = features.performance.performanceCounterQueryPools;
    caps.calibrated_timestamps = calibrated_timestamps_name(instance, extensions) != nullptr;
}

}  // namespace

int compute_family(const Instance& instance, VkPhysicalDevice_T* device) {
    int best = -1, best_score = -1;
    const std::vector<VkQueueFamilyProperties> all = families(instance, device);
    for (size_t i = 0; i < all.size(); ++i) {
        if ((all[i].queueFlags & VK_QUEUE_COMPUTE_BIT) == 0 || all[i].queueCount == 0) {
            continue;
        }
        const int score = (all[i].timestampValidBits > 0 ? 2 : 0) + ((all[i].queueFlags & VK_QUEUE_GRAPHICS_BIT) == 0 ? 1 : 0);
        if (score > best_score) {
            best = static_cast<int>(i);
            best_score = score;
        }
    }
    return best;
}

std::vector<MemoryHeap> probe_heaps(const Instance& instance, VkPhysicalDevice_T* device) {
    VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
    VkPhysicalDeviceMemoryProperties2 memory{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
    const bool has_budget = Extensions(instance, device).has(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    if (has_budget) {
        memory.pNext = &budget;
    }
    instance.api().memory_properties2(device, &memory);
    std::vector<MemoryHeap> heaps;
    for (uint32_t i = 0; i < memory.memoryProperties.memoryHeapCount; ++i) {
        const VkMemoryHeap& heap = memory.memoryProperties.memoryHeaps[i];
        const uint64_t left = budget.heapBudget[i] - std::min(budget.heapBudget[i], budget.heapUsage[i]);
        heaps.push_back({.size = heap.size,
                         .budget = has_budget ? std::min(left, heap.size) : heap.size,
                         .device_local = (heap.flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0});
    }
    return heaps;
}

Caps probe(const Instance& instance, VkPhysicalDevice_T* device) {
    const Extensions extensions(instance, device);
    Properties properties;
    properties.query(instance, device, extensions);
    Features features;
    link(features, instance, extensions);
    instance.api().features2(device, &features.core);

    Caps caps;
    probe_identity(caps, properties);
    probe_measuring(caps, instance, device, properties, features, extensions);
    probe_limits(caps, properties);
    if (!extensions.core(VK_API_VERSION_1_2)) {
        return caps;  // listed, not usable: the rest was never asked
    }
    probe_subgroups(caps, properties, features);
    probe_formats(caps, features);
    probe_cooperative_matrix(caps, instance, device, features);
    caps.memory_budget = extensions.has(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    caps.heaps = probe_heaps(instance, device);
    caps.unified_memory = is_unified(caps, instance, device);
    return caps;
}

}  // namespace heed::vk
