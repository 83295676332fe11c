#include "vk/context.h"

#include "base/error.h"
#include "vk/features.h"
#include "vk/instance_table.h"
#include "vk/layouts.h"
#include "vk/pipeline_cache.h"
#include "vk/pipelines.h"
#include "vk/probe.h"
#include "vk/queue.h"
#include "vk/result.h"

namespace heed::vk {

Context::Context(const Instance& instance, VkPhysicalDevice_T* physical, const Caps& caps, const ContextOptions& options)
    : instance_(instance), physical_(physical), caps_(caps), api_(std::make_unique<VolkDeviceTable>()) {
    create_device();
    try {
        volkLoadDeviceTable(api_.get(), handle_);
        queue_ = std::make_unique<Queue>(*this, static_cast<uint32_t>(compute_family(instance, physical)));
        layouts_ = std::make_unique<Layouts>(*this);
        pipeline_cache_ = std::make_unique<PipelineCache>(*this, options);
        pipelines_ = std::make_unique<Pipelines>(*this);
    } catch (...) {
        release();  // a constructor that throws has no destructor
        throw;
    }
}

void Context::create_device() {
    const Extensions extensions(instance_, physical_);
    Features features;
    std::vector<const char*> names = link(features, instance_, extensions);
    instance_.api().features2(physical_, &features.core);
    keep_only(features, caps_);
    // the last lets a kernel call debugPrintfEXT, whether or not anyone listens
    for (const char* name :
         {VK_EXT_MEMORY_BUDGET_EXTENSION_NAME, "VK_KHR_portability_subset", VK_KHR_SHADER_NON_SEMANTIC_INFO_EXTENSION_NAME}) {
        if (extensions.has(name)) {
            names.push_back(name);
        }
    }
    if (caps_.calibrated_timestamps) {
        names.push_back(calibrated_timestamps_name(instance_, extensions));
    }
    const float priority = 1.0f;
    const VkDeviceQueueCreateInfo queue{.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                        .queueFamilyIndex = static_cast<uint32_t>(compute_family(instance_, physical_)),
                                        .queueCount = 1,
                                        .pQueuePriorities = &priority};
    const VkDeviceCreateInfo info{.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                  .pNext = &features.core,
                                  .queueCreateInfoCount = 1,
                                  .pQueueCreateInfos = &queue,
                                  .enabledExtensionCount = static_cast<uint32_t>(names.size()),
                                  .ppEnabledExtensionNames = names.data()};
    const VkResult result = instance_.api().create_device(physical_, &info, nullptr, &handle_);
    if (result == VK_ERROR_INITIALIZATION_FAILED || result == VK_ERROR_DEVICE_LOST) {
        fail(ErrorKind::device_lost, caps_.device_name, " could not be opened: vkCreateDevice gave ", result_name(result));
    }
    check(*this, result, "vkCreateDevice", caps_.device_name);
}

Context::~Context() {
    release();
}

void Context::release() noexcept {
    // nothing is running: every submit has a fence, and a fence waits before it goes
    if (pipeline_cache_ && !lost_) {
        pipeline_cache_->save();
    }
    pipelines_.reset();
    pipeline_cache_.reset();
    layouts_.reset();
    queue_.reset();
    if (api_->vkDestroyDevice) {
        api_->vkDestroyDevice(handle_, nullptr);
    }
}

void Context::save_pipelines() {
    pipeline_cache_->save();
}

uint64_t Context::memory_in_use() const {
    uint64_t bytes = 0;
    for (const auto& heap : in_use_) {
        bytes += heap;
    }
    return bytes;
}

bool Context::reserve(uint32_t heap, uint64_t bytes) {
    const uint64_t size = caps_.heaps[heap].size;
    uint64_t used = in_use_[heap];
    do {
        if (used > size || bytes > size - used) {
            return false;
        }
    } while (!in_use_[heap].compare_exchange_weak(used, used + bytes));
    return true;
}

void Context::begin_creation(std::string_view what) {
    if (lost_) {
        fail(ErrorKind::device_lost, what, ": ", caps_.device_name, " was lost earlier; a new session on it works");
    }
    ++creations_;
    if (faults_.creation_fails()) {
        fail(ErrorKind::out_of_memory, what, ": memory was planned to run out here");
    }
}

void Context::name(uint64_t object, int type, std::string_view name) {
    if (!instance_.debug_utils() || name.empty()) {
        return;
    }
    const std::string text(name);
    const VkDebugUtilsObjectNameInfoEXT info{.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT,
                                             .objectType = static_cast<VkObjectType>(type),
                                             .objectHandle = object,
                                             .pObjectName = text.c_str()};
    instance_.api().set_object_name(handle_, &info);
}

}  // namespace heed::vk
