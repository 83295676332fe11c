#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vk/device.h"

namespace heed {

using vk::Device;
using vk::DeviceOptions;
using vk::Validation;

// Opens the device that `spec` names ("" - HEED_DEVICE, else the best there is), with heed's own kernels in the pipeline cache.
Device open_device(DeviceOptions options = {});

// Every device of this machine as a plan would see it (HEED_CAPS applied), and which one open_device() would take.
struct DeviceSurvey {
    struct Entry {
        Caps caps;
        std::string unusable;  // why heed cannot run there; empty where it can
    };
    std::vector<Entry> devices;
    std::vector<std::string> problems;  // drivers that could not be asked
    std::optional<size_t> chosen;
    std::string reason;  // why that one, or why none
};

// Throws no_device only when there is no Vulkan loader to ask.
DeviceSurvey survey_devices(std::string_view spec = "");

std::string_view to_string(DeviceType type);  // "discrete"

}  // namespace heed
