#pragma once

// What the registry says of VK_KHR_cooperative_matrix and VK_KHR_shader_bfloat16, for Vulkan headers older than they are
// (1.3.239 in Debian 12). The names are ours, so that newer headers do not collide.
#include "vk/handles.h"

namespace heed::vk {

constexpr const char* kCooperativeMatrixName = "VK_KHR_cooperative_matrix";
constexpr const char* kBfloat16Name = "VK_KHR_shader_bfloat16";
constexpr uint32_t kCooperativeMatrixHeader = VK_MAKE_API_VERSION(0, 1, 3, 255);  // the first version that knows it
constexpr uint32_t kBfloat16Header = VK_MAKE_API_VERSION(0, 1, 4, 311);

constexpr VkStructureType kCooperativeMatrixFeatures = static_cast<VkStructureType>(1000506000);
constexpr VkStructureType kCooperativeMatrixProperties = static_cast<VkStructureType>(1000506001);
constexpr VkStructureType kBfloat16Features = static_cast<VkStructureType>(1000141000);

struct CooperativeMatrixFeatures {
    VkStructureType sType = kCooperativeMatrixFeatures;
    void* pNext = nullptr;
    VkBool32 cooperativeMatrix = VK_FALSE;
    VkBool32 cooperativeMatrixRobustBufferAccess = VK_FALSE;
};

struct CooperativeMatrixProperties {
    VkStructureType sType = kCooperativeMatrixProperties;
    void* pNext = nullptr;
    uint32_t m = 0, n = 0, k = 0;
    uint32_t a = 0, b = 0, c = 0, result = 0;  // component types
    VkBool32 saturating = VK_FALSE;
    uint32_t scope = 0;  // 3 is the subgroup
};

struct Bfloat16Features {
    VkStructureType sType = kBfloat16Features;
    void* pNext = nullptr;
    VkBool32 type = VK_FALSE;
    VkBool32 dotProduct = VK_FALSE;
    VkBool32 cooperativeMatrix = VK_FALSE;
};

using GetCooperativeMatrixProperties = VkResult(VKAPI_PTR*)(VkPhysicalDevice, uint32_t*, CooperativeMatrixProperties*);

constexpr const char* component_name(uint32_t type) {
    switch (type) {
        case 0: return "f16";
        case 1: return "f32";
        case 2: return "f64";
        case 3: return "i8";
        case 4: return "i16";
        case 5: return "i32";
        case 6: return "i64";
        case 7: return "u8";
        case 8: return "u16";
        case 9: return "u32";
        case 10: return "u64";
        case 1000141000: return "bf16";
        default: return "other";
    }
}

}  // namespace heed::vk
