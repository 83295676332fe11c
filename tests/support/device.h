#pragma once

#include <cstdint>

#include "vk/device.h"

namespace heed::tests {

// The one device of this process, as HEED_DEVICE and HEED_CAPS say, with validation on unless HEED_VALIDATION=0. A machine
// without a device fails the test with a sentence.
vk::Device& device();

// A device of a test's own: the same physical device, other options.
vk::Device open_device(vk::DeviceOptions options = {});

// How many validation messages device() has had, and their text; the suite must end with none.
uint64_t validation_messages();
std::string validation_report();

}  // namespace heed::tests
