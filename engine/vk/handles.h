#pragma once

// For .cpp files of this folder only: the Vulkan headers, loaded at run time through volk.
#define VK_NO_PROTOTYPES
#include <volk.h>

// The other headers of this folder name handles by their forward declared structs, which are pointers on 64-bit machines only.
static_assert(VK_USE_64_BIT_PTR_DEFINES == 1, "heed needs a 64-bit machine");
