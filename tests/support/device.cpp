#include "support/device.h"

#include <cstdlib>
#include <optional>

#include "base/error.h"

namespace heed::tests {

namespace {

// Opened by the first test that asks, closed by main.
std::optional<vk::Device>& slot() {
    static std::optional<vk::Device> device;
    return device;
}

// Why there is none.
std::string& problem() {
    static std::string sentence;
    return sentence;
}

}  // namespace

vk::Device& device() {
    if (!slot()) {
        try {
            slot() = open_device();
        } catch (const Error& error) {
            problem() = error.what();
            throw;
        }
    }
    return *slot();
}

std::string device_report() {
    if (!slot()) {
        return problem().empty() ? "" : text("there is no device to test on: ", problem());
    }
    const Caps& caps = slot()->caps();
    return text("tested on ", caps.device_name, ", ", caps.driver_name, " ", caps.driver_info, ": ", slot()->reason());
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

uint64_t close_device() {
    if (!slot()) {
        return 0;
    }
    slot()->close();
    const uint64_t count = slot()->messages().count();
    slot().reset();
    return count;
}

uint64_t validation_messages() {
    return slot() ? slot()->messages().count() : 0;
}

std::vector<vk::Message> validation_log() {
    return slot() ? slot()->messages().all() : std::vector<vk::Message>();
}

std::string validation_report() {
    std::string out;
    for (const vk::Message& m : validation_log()) {
        out += text(m.error ? "error " : "warning ", m.id, ": ", m.text, "\n");
    }
    return out;
}

}  // namespace heed::tests
