#pragma once

#include <optional>
#include <string>

#include "vk/device.h"

namespace heed::tests {

// A device with the counters of tests/vk/layers. Validation, where on, lies above that layer and so checks the extension's use too.
vk::Device open_counted(std::optional<vk::Validation> validation = {});

// What the layer has to say against how its extension was used since it was last asked.
std::string counter_complaints();

}  // namespace heed::tests
