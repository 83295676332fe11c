#pragma once

#include <cstdint>
#include <vector>

#include "base/caps.h"

struct VkPhysicalDevice_T;

namespace heed::vk {

class Instance;

// Everything a device says about itself; what it does not know of stays at the smallest value.
Caps probe(const Instance& instance, VkPhysicalDevice_T* device);

// The queue family whose queue runs our dispatches: with timestamps before without, and compute alone before graphics, where
// a long dispatch would keep a desktop waiting. -1 when there is none.
int compute_family(const Instance& instance, VkPhysicalDevice_T* device);

// What each heap has left for us now, as far as the driver tells.
std::vector<MemoryHeap> probe_heaps(const Instance& instance, VkPhysicalDevice_T* device);

}  // namespace heed::vk
