#include "run/device.h"

#include <cstdlib>

#include "base/caps_clamp.h"
#include "base/error.h"
#include "base/kernel.h"
#include "vk/select.h"

namespace heed {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

}  // namespace

Device open_device(DeviceOptions options) {
    uint64_t digest = 1469598103934665603ull;
    for (const Kernel& kernel : kernels()) {
        digest = (digest ^ kernel.digest) * 1099511628211ull;
    }
    std::ostringstream name;
    name << std::hex << digest;
    options.shader_digest = name.str();
    return Device::open(options);
}

DeviceSurvey survey_devices(std::string_view spec) {
    const vk::Listing listing = vk::list_devices();
    DeviceSurvey survey{.devices = {}, .problems = listing.problems, .chosen = {}, .reason = {}};
    for (const Caps& caps : listing.devices) {
        survey.devices.push_back({clamp(caps, environment("HEED_CAPS")), vk::unusable(caps)});
    }
    try {
        const vk::Choice choice =
            spec.empty() ? vk::select(listing.devices, environment("HEED_DEVICE"), "HEED_DEVICE") : vk::select(listing.devices, spec);
        survey.chosen = choice.index;
        survey.reason = choice.reason;
    } catch (const Error& error) {
        survey.reason = error.what();
    }
    return survey;
}

std::string_view to_string(DeviceType type) {
    return vk::to_string(type);
}

}  // namespace heed
