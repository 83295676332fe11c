#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vk/device.h"

namespace heed::tests {

// The one device of this process, as HEED_DEVICE and HEED_CAPS say, with validation on unless HEED_VALIDATION=0. A machine
// without a device fails the test with a sentence.
vk::Device& device();

// A device of a test's own: the same physical device, other options.
vk::Device open_device(vk::DeviceOptions options = {});

// What the tests ran on, or why they could not; empty when none asked for a device.
std::string device_report();

// Closes the one device and returns how many validation messages there were, from its first use to its end; a suite with any
// has failed. main calls it: at exit the drivers may be gone before a static is.
uint64_t close_device();

// What validation has said so far about the one device: how many messages, all of them, and as one text.
uint64_t validation_messages();
std::vector<vk::Message> validation_log();
std::string validation_report();

}  // namespace heed::tests
