#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/caps.h"

namespace heed::vk {

struct Choice {
    size_t index = 0;    // into the list
    std::string reason;  // "the only discrete GPU", "HEED_DEVICE=llvm names it" ...
};

// Chooses one of the devices. The spec is an index, part of the device's or the driver's name (case does not matter), a UUID,
// or a type: cpu, integrated, discrete, virtual; an empty one takes the best: discrete before integrated before virtual before
// cpu, then the most device memory. Throws no_device naming the spec and what exists. `origin` is what sentences call the spec.
Choice select(const std::vector<Caps>& devices, std::string_view spec, std::string_view origin = "--device");

// Whether heed can run there at all: "" or what is missing.
std::string unusable(const Caps& caps);

std::string_view to_string(DeviceType type);

}  // namespace heed::vk
