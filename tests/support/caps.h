#pragma once

#include <vector>

#include "base/caps.h"

namespace heed::tests {

// Devices that exist nowhere: what plans are made for where no GPU is needed.
Caps desktop_caps();   // a discrete GPU, subgroups of 32, everything heed knows how to use
Caps software_caps();  // a CPU, subgroups of 8, 128 MiB bindings, as lavapipe
Caps minimum_caps();   // what Vulkan promises of any device: 128 invocations, 16 KiB shared, no subgroups, no fp16
std::vector<Caps> all_caps();

}  // namespace heed::tests
