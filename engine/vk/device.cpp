#include "vk/device.h"

#include <cstdlib>

#include "base/cache_file.h"
#include "base/caps_clamp.h"
#include "base/error.h"
#include "vk/probe.h"
#include "vk/select.h"

namespace heed::vk {

struct Device::State {
    std::unique_ptr<Instance> instance;
    VkPhysicalDevice_T* physical = nullptr;
    Caps caps;
    std::string reason;
    ContextOptions context_options;
    std::mutex mutex;
    std::vector<std::unique_ptr<Context>> contexts;  // the last one is current, the others are lost; they go before the instance
};

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

struct Found {
    std::vector<VkPhysicalDevice_T*> handles;
    Listing listing;
};

Found find_devices(const Instance& instance) {
    Found found;
    std::string problem;
    for (VkPhysicalDevice_T* handle : instance.physical_devices(problem)) {
        found.handles.push_back(handle);
        found.listing.devices.push_back(probe(instance, handle));
    }
    if (!problem.empty()) {
        found.listing.problems.push_back(problem);
    }
    return found;
}

}  // namespace

Listing list_devices() {
    return find_devices(Instance(Validation::off)).listing;
}

Device Device::open(const DeviceOptions& options) {
    auto state = std::make_unique<State>();
    state->instance = std::make_unique<Instance>(options.validation.value_or(validation_from_environment()));
    const Found found = find_devices(*state->instance);
    if (found.handles.empty() && !found.listing.problems.empty()) {
        fail(ErrorKind::no_device, found.listing.problems.front());
    }
    const bool asked = !options.spec.empty();
    const Choice choice =
        select(found.listing.devices, asked ? options.spec : environment("HEED_DEVICE"), asked ? "--device" : "HEED_DEVICE");
    state->physical = found.handles[choice.index];
    state->reason = choice.reason;
    state->caps = clamp(found.listing.devices[choice.index], options.clamp.value_or(environment("HEED_CAPS")));
    if (options.pipeline_cache) {
        state->context_options.cache_directory = options.cache_directory.empty() ? cache_directory() : options.cache_directory;
    }
    state->context_options.shader_digest = options.shader_digest;
    Device device(std::move(state));
    device.context();  // what does not work should fail here
    return device;
}

Device::Device(std::unique_ptr<State> state) : state_(std::move(state)) {}
Device::Device(Device&&) noexcept = default;
Device& Device::operator=(Device&&) noexcept = default;
Device::~Device() = default;

const Caps& Device::caps() const {
    return state_->caps;
}

const std::string& Device::reason() const {
    return state_->reason;
}

Validation Device::validation() const {
    return state_->instance->validation();
}

Messages& Device::messages() const {
    return state_->instance->messages();
}

Context& Device::context() {
    const std::lock_guard lock(state_->mutex);
    if (state_->contexts.empty() || state_->contexts.back()->lost()) {
        state_->contexts.push_back(std::make_unique<Context>(*state_->instance, state_->physical, state_->caps, state_->context_options));
    }
    return *state_->contexts.back();
}

void Device::close() {
    const std::lock_guard lock(state_->mutex);
    state_->contexts.clear();
}

}  // namespace heed::vk
