#pragma once

#include "vk/device.h"

namespace heed {

using vk::Device;
using vk::DeviceOptions;
using vk::Validation;

// Opens the device that `spec` names ("" - HEED_DEVICE, else the best there is), with heed's own kernels in the pipeline cache.
Device open_device(DeviceOptions options = {});

}  // namespace heed
