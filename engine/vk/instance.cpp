#include "vk/instance.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "vk/instance_table.h"
#include "vk/result.h"
#include "vk/validation_layer.h"

namespace heed::vk {

namespace {

constexpr VkInstanceCreateFlags kEnumeratePortability = 1;  // not in the headers of Ubuntu 22.04, nor is the extension's name

// volk's few loader functions are global: found once a process.
void load_loader() {
    static const bool found = volkInitialize() == VK_SUCCESS;  // a function's static is initialised by one thread
    if (!found) {
        fail(ErrorKind::no_device, "no Vulkan loader (libvulkan.so.1) was found; on Debian and Ubuntu it is in the package libvulkan1");
    }
    const uint32_t version = volkGetInstanceVersion();
    if (version < VK_API_VERSION_1_2) {
        fail(ErrorKind::no_device, "the Vulkan loader is of version ", VK_API_VERSION_MAJOR(version), ".", VK_API_VERSION_MINOR(version),
             ", heed needs 1.2");
    }
}

bool has_extension(const char* layer, const char* name) {
    uint32_t count = 0;
    vkEnumerateInstanceExtensionProperties(layer, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateInstanceExtensionProperties(layer, &count, extensions.data());
    return std::ranges::any_of(extensions, [&](const auto& e) { return std::strcmp(e.extensionName, name) == 0; });
}

// What a kernel printed, without what the validation layer puts before it; nothing when the layer speaks for itself.
std::optional<std::string> printed_by_kernel(std::string_view id, std::string_view message) {
    if (id.find("DEBUG-PRINTF") == id.npos) {
        return {};
    }
    constexpr std::string_view kNewer = "DebugPrintf:\n", kOlder = "MessageID = ";
    size_t begin = message.find(kNewer);
    if (begin != message.npos) {
        begin += kNewer.size();
    } else if (begin = message.find(kOlder); begin != message.npos) {
        constexpr std::string_view kBar = " | ";
        begin = message.find(kBar, begin);
        begin = begin == message.npos ? begin : begin + kBar.size();
    }
    if (begin == message.npos) {
        return {};
    }
    message.remove_prefix(begin);
    while (message.ends_with('\n')) {
        message.remove_suffix(1);
    }
    return std::string(message);
}

VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT,
                                          const VkDebugUtilsMessengerCallbackDataEXT* data, void* user) {
    // the newer layer tells what it changes for its own sake, whatever we do
    const std::string_view id = data->pMessageIdName ? data->pMessageIdName : "";
    if (id == "WARNING-Setting-Limit-Adjusted" || id == "VALIDATION-SETTINGS") {
        return VK_FALSE;
    }
    auto& messages = *static_cast<Messages*>(user);
    if (severity < VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT) {  // heard under Validation::print only
        if (auto line = printed_by_kernel(id, data->pMessage ? data->pMessage : "")) {
            messages.add_print(std::move(*line));
        }
        return VK_FALSE;
    }
    messages.add({.error = severity >= VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
                  .id = std::string(id),
                  .text = data->pMessage ? data->pMessage : ""});
    return VK_FALSE;
}

VkDebugUtilsMessengerCreateInfoEXT messenger_info(Messages& messages, Validation validation) {
    const VkDebugUtilsMessageSeverityFlagsEXT prints = validation == Validation::print ? VK_DEBUG_UTILS_MESSAGE_SEVERITY_INFO_BIT_EXT : 0;
    return {.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
            .messageSeverity = prints | VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
            // not the general kind: there the loader tells about other people's drivers
            .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT,
            .pfnUserCallback = on_message,
            .pUserData = &messages};
}

}  // namespace

InstanceTable load_instance_table(VkInstance instance) {
    InstanceTable table{};
    const auto load = [&](auto& function, const char* name) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(vkGetInstanceProcAddr(instance, name));
    };
    load(table.destroy_instance, "vkDestroyInstance");
    load(table.enumerate_physical_devices, "vkEnumeratePhysicalDevices");
    load(table.enumerate_extensions, "vkEnumerateDeviceExtensionProperties");
    load(table.properties, "vkGetPhysicalDeviceProperties");
    load(table.properties2, "vkGetPhysicalDeviceProperties2");
    load(table.features2, "vkGetPhysicalDeviceFeatures2");
    load(table.memory_properties2, "vkGetPhysicalDeviceMemoryProperties2");
    load(table.queue_families, "vkGetPhysicalDeviceQueueFamilyProperties");
    load(table.create_device, "vkCreateDevice");
    load(table.cooperative_matrix_properties, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
    load(table.time_domains, "vkGetPhysicalDeviceCalibrateableTimeDomainsEXT");
    if (!table.time_domains) {
        load(table.time_domains, "vkGetPhysicalDeviceCalibrateableTimeDomainsKHR");
    }
    load(table.performance_counters, "vkEnumeratePhysicalDeviceQueueFamilyPerformanceQueryCountersKHR");
    load(table.performance_passes, "vkGetPhysicalDeviceQueueFamilyPerformanceQueryPassesKHR");
    load(table.create_messenger, "vkCreateDebugUtilsMessengerEXT");
    load(table.destroy_messenger, "vkDestroyDebugUtilsMessengerEXT");
    load(table.set_object_name, "vkSetDebugUtilsObjectNameEXT");
    load(table.begin_label, "vkCmdBeginDebugUtilsLabelEXT");
    load(table.end_label, "vkCmdEndDebugUtilsLabelEXT");
    return table;
}

Validation validation_from_environment() {
    const char* value = std::getenv("HEED_VALIDATION");
    const std::string_view word = value ? value : "";
    if (word.empty() || word == "0") {
        return Validation::off;
    }
    if (word == "1") {
        return Validation::on;
    }
    if (word == "gpu") {
        return Validation::gpu;
    }
    if (word == "race") {
        return Validation::race;
    }
    if (word == "print") {
        return Validation::print;
    }
    fail(ErrorKind::bad_input, "HEED_VALIDATION: expected 0, 1, gpu, race or print, got '", word, "'");
}

Instance::Instance(Validation validation)
    : validation_(validation), api_(std::make_unique<InstanceTable>()), messages_(std::make_unique<Messages>()) {
    load_loader();
    create();
    *api_ = load_instance_table(handle_);
    // volk loads a device's functions through this one global, which is the same for every instance
    static const bool loaded = [&] {
        vkGetDeviceProcAddr = reinterpret_cast<PFN_vkGetDeviceProcAddr>(vkGetInstanceProcAddr(handle_, "vkGetDeviceProcAddr"));
        return true;
    }();
    static_cast<void>(loaded);
    listen();
}

void Instance::create() {
    const char* layer = nullptr;
    if (validation_ != Validation::off) {
        layer = kValidationLayer;
        layer_version_ = validation_layer_version();
        if (layer_version_ == 0) {
            fail(ErrorKind::no_device, "validation was asked for, but the layer ", layer,
                 " is not installed; on Debian and Ubuntu it is in the package vulkan-validationlayers");
        }
    }
    std::vector<const char*> extensions;
    const auto want = [&](const char* name) {
        const bool there = has_extension(nullptr, name) || (layer && has_extension(layer, name));
        if (there) {
            extensions.push_back(name);
        }
        return there;
    };
    debug_utils_ = want(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    const bool portability = want("VK_KHR_portability_enumeration");
    if (layer) {
        want(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
    }
    const VkDebugUtilsMessengerCreateInfoEXT messenger = messenger_info(*messages_, validation_);  // hears vkCreateInstance itself
    const ValidationChain chain(validation_, layer_version_, layer && debug_utils_ ? &messenger : nullptr);
    const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                        .pApplicationName = "heed",
                                        .pEngineName = "heed",
                                        .apiVersion = std::min(volkGetInstanceVersion(), VK_API_VERSION_1_3)};
    const VkInstanceCreateInfo info{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                    .pNext = chain.head(),
                                    .flags = portability ? kEnumeratePortability : 0,
                                    .pApplicationInfo = &application,
                                    .enabledLayerCount = layer ? 1u : 0u,
                                    .ppEnabledLayerNames = &layer,
                                    .enabledExtensionCount = static_cast<uint32_t>(extensions.size()),
                                    .ppEnabledExtensionNames = extensions.data()};
    const VkResult result = vkCreateInstance(&info, nullptr, &handle_);
    if (result != VK_SUCCESS) {
        fail(ErrorKind::no_device, "the Vulkan loader found no working driver (vkCreateInstance gave ", result_name(result),
             "); lavapipe, in the package mesa-vulkan-drivers, runs on any CPU");
    }
}

void Instance::listen() {
    if (validation_ == Validation::off || !api_->create_messenger) {
        return;
    }
    const VkDebugUtilsMessengerCreateInfoEXT info = messenger_info(*messages_, validation_);
    api_->create_messenger(handle_, &info, nullptr, &messenger_);
}

Instance::~Instance() {
    if (messenger_) {
        api_->destroy_messenger(handle_, messenger_, nullptr);
    }
    api_->destroy_instance(handle_, nullptr);
}

std::vector<VkPhysicalDevice_T*> Instance::physical_devices(std::string& problem) const {
    uint32_t count = 0;
    VkResult result = api_->enumerate_physical_devices(handle_, &count, nullptr);
    std::vector<VkPhysicalDevice_T*> devices(count);
    if (result == VK_SUCCESS && count > 0) {
        result = api_->enumerate_physical_devices(handle_, &count, devices.data());
    }
    if (result != VK_SUCCESS && result != VK_INCOMPLETE) {
        problem = text("the drivers could not be asked for their devices (", result_name(result), ")");
        return {};
    }
    devices.resize(count);
    return devices;
}

}  // namespace heed::vk
