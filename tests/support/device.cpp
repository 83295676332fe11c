#include "support/device.h"

#include <cstdlib>
#include <optional>

#include "base/text.h"

namespace heed::tests {

namespace {

// Opened by the first test that asks, closed by the end of main: the validation layer wants to go before the process does.
std::optional<vk::Device>& slot() {
    static std::optional<vk::Device> device;
    return device;
}

}  // namespace

vk::Device& device() {
    if (!slot()) {
        slot() = open_device();
    }
    return *slot();
}

vk::Device open_device(vk::DeviceOptions options) {
    if (!options.validation && !std::getenv("HEED_VALIDATION")) {
        options.validation = vk::Validation::on;
    }
    if (options.cache_directory.empty()) {
        options.pipeline_cache = false;  // tests leave nothing behind
    }
    return vk::Device::open(options);
}

uint64_t validation_messages() {
    return slot() ? slot()->messages().count() : 0;
}

std::string validation_report() {
    std::string out;
    if (slot()) {
        for (const vk::Message& message : slot()->messages().all()) {
            out += text(message.error ? "error " : "warning ", message.id, ": ", message.text, "\n");
        }
    }
    return out;
}

}  // namespace heed::tests
