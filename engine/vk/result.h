#pragma once

#include <string_view>

#include "vk/context.h"
#include "vk/handles.h"

namespace heed::vk {

std::string_view result_name(VkResult result);  // "VK_ERROR_DEVICE_LOST"

// Throws the Error a failed call means: out_of_memory, device_lost (and marks the Context) or internal; `what` names the object.
void check(Context& context, VkResult result, std::string_view call, std::string_view what);

}  // namespace heed::vk
