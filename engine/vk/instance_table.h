#pragma once

#include "vk/cooperative_matrix.h"
#include "vk/handles.h"

namespace heed::vk {

// The functions of one VkInstance. volk keeps these in globals, which two instances with different extensions would share.
struct InstanceTable {
    PFN_vkDestroyInstance destroy_instance;
    PFN_vkEnumeratePhysicalDevices enumerate_physical_devices;
    PFN_vkEnumerateDeviceExtensionProperties enumerate_extensions;
    PFN_vkGetPhysicalDeviceProperties properties;
    PFN_vkGetPhysicalDeviceProperties2 properties2;
    PFN_vkGetPhysicalDeviceFeatures2 features2;
    PFN_vkGetPhysicalDeviceMemoryProperties2 memory_properties2;
    PFN_vkGetPhysicalDeviceQueueFamilyProperties queue_families;
    PFN_vkCreateDevice create_device;
    GetCooperativeMatrixProperties cooperative_matrix_properties;  // the rest may be null
    PFN_vkGetPhysicalDeviceCalibrateableTimeDomainsEXT time_domains;
    PFN_vkEnumeratePhysicalDeviceQueueFamilyPerformanceQueryCountersKHR performance_counters;
    PFN_vkGetPhysicalDeviceQueueFamilyPerformanceQueryPassesKHR performance_passes;
    PFN_vkCreateDebugUtilsMessengerEXT create_messenger;
    PFN_vkDestroyDebugUtilsMessengerEXT destroy_messenger;
    PFN_vkSetDebugUtilsObjectNameEXT set_object_name;
    PFN_vkCmdBeginDebugUtilsLabelEXT begin_label;
    PFN_vkCmdEndDebugUtilsLabelEXT end_label;
};

InstanceTable load_instance_table(VkInstance instance);

}  // namespace heed::vk
