#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vk/messages.h"

struct VkInstance_T;
struct VkPhysicalDevice_T;
struct VkDebugUtilsMessengerEXT_T;

namespace heed::vk {

struct InstanceTable;

enum class Validation {
    off,
    on,     // the Khronos layer, with synchronization between dispatches
    gpu,    // also stores out of bounds, found by instrumented kernels: seconds a pipeline
    race,   // also missing barriers on shared memory: up to half a minute a pipeline, and a newer layer
    print,  // as `on`, and Messages::take_prints() has what kernels said with debugPrintfEXT
};

Validation validation_from_environment();  // HEED_VALIDATION: empty, 0, 1, gpu, race or print; else throws bad_input

// The connection to the Vulkan loader. Immutable but for its messages, which are thread-safe.
class Instance {
public:
    // Throws no_device when there is no loader, or one older than Vulkan 1.2, or no fit validation layer where one is asked for.
    explicit Instance(Validation validation);
    Instance(const Instance&) = delete;
    ~Instance();

    // What the drivers offer; when they cannot be asked, none, and `problem` says why.
    std::vector<VkPhysicalDevice_T*> physical_devices(std::string& problem) const;

    Validation validation() const { return validation_; }
    Messages& messages() const { return *messages_; }
    // Whether the validation layer, if on, has heard of what came with this version of the headers.
    bool knows(uint32_t header_version) const { return layer_version_ == 0 || layer_version_ >= header_version; }
    bool debug_utils() const { return debug_utils_; }
    VkInstance_T* handle() const { return handle_; }
    const InstanceTable& api() const { return *api_; }

private:
    void create();
    void listen();

    Validation validation_;
    VkInstance_T* handle_ = nullptr;
    VkDebugUtilsMessengerEXT_T* messenger_ = nullptr;
    std::unique_ptr<InstanceTable> api_;
    std::unique_ptr<Messages> messages_;  // its address is the messenger's
    uint32_t layer_version_ = 0;
    bool debug_utils_ = false;
};

}  // namespace heed::vk
