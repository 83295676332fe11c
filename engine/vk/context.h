#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/caps.h"
#include "vk/faults.h"

struct VkDevice_T;
struct VkPhysicalDevice_T;
struct VolkDeviceTable;

namespace heed::vk {

class Instance;
class Layouts;
class PipelineCache;
class Pipelines;
class Queue;

struct ContextOptions {
    std::filesystem::path cache_directory;  // empty: pipelines are not kept on disk
    std::string shader_digest;
};

// One logical device with its compute queue, compiled pipelines and memory account. Everything created from it must go before
// it does. Thread-safe.
class Context {
public:
    Context(const Instance& instance, VkPhysicalDevice_T* physical, const Caps& caps, const ContextOptions& options);
    Context(const Context&) = delete;
    ~Context();

    const Caps& caps() const { return caps_; }
    Queue& queue() { return *queue_; }
    Pipelines& pipelines() { return *pipelines_; }  // compiled kernels, shared by all who use this Context
    void save_pipelines();                          // to disk; also done at the end
    bool lost() const { return lost_; }

    // the account
    uint64_t memory_in_use() const;  // bytes of device allocations alive
    uint64_t memory_in_use(uint32_t heap) const { return in_use_[heap]; }
    int64_t live_objects() const { return live_objects_; }  // Vulkan objects alive, shared pipelines and layouts among them
    int64_t creations() const { return creations_; }        // how many were begun, ever
    Faults& faults() { return faults_; }

    // the rest is for engine/vk only
    VkDevice_T* handle() const { return handle_; }
    VkPhysicalDevice_T* physical() const { return physical_; }
    const VolkDeviceTable& api() const { return *api_; }
    const Instance& instance() const { return instance_; }
    Layouts& layouts() { return *layouts_; }
    PipelineCache& pipeline_cache() { return *pipeline_cache_; }
    void mark_lost() { lost_ = true; }
    void name(uint64_t object, int type, std::string_view name);  // type: a VkObjectType

    void begin_creation(std::string_view what);  // before every vkCreate and vkAllocate: where planned failures strike
    void created() { ++live_objects_; }
    void released() { --live_objects_; }
    bool reserve(uint32_t heap, uint64_t bytes);  // false when the heap has less left
    void unreserve(uint32_t heap, uint64_t bytes) { in_use_[heap] -= bytes; }

private:
    void create_device();
    void release() noexcept;

    const Instance& instance_;
    VkPhysicalDevice_T* physical_;
    Caps caps_;
    VkDevice_T* handle_ = nullptr;
    std::unique_ptr<VolkDeviceTable> api_;
    std::unique_ptr<Queue> queue_;
    std::unique_ptr<Layouts> layouts_;
    std::unique_ptr<PipelineCache> pipeline_cache_;
    std::unique_ptr<Pipelines> pipelines_;
    Faults faults_;
    std::array<std::atomic<uint64_t>, 16> in_use_{};  // by heap; Vulkan has at most 16
    std::atomic<int64_t> live_objects_{0}, creations_{0};
    std::atomic<bool> lost_{false};
};

}  // namespace heed::vk
