#include "run/device.h"

#include "base/kernel.h"
#include "base/text.h"

namespace heed {

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

}  // namespace heed
