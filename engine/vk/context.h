#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/caps.h"
#include "vk/faults.h"

struct VkDevice_T;
struct VkDescriptorSetLayout_T;
struct VkPipelineLayout_T;
struct VolkDeviceTable;

namespace heed::vk {

class Instance;
class Layouts;
class PipelineCache;
class Pipelines;
class Queue;
struct ContextOptions;

// One logical device with its compute queue, compiled pipelines and memory account. Everything created from it must go
// before it does. Thread-safe.
class Context {
public:
    Context(const Instance& instance, const Caps& caps, const ContextOptions& options);
    Context(const Context&) = delete;
    ~Context();

    const Caps& caps() const { return caps_; }
    Queue& queue() { return *queue_; }
    Pipelines& pipelines() { return *pipelines_; }  // compiled kernels, shared by all who use this Context

    bool lost() const { return lost_; }
    void wait_idle();

    // the account
    uint64_t memory_in_use() const { return memory_in_use_; }  // bytes of device allocations alive
    int64_t live_objects() const { return live_objects_; }     // Vulkan objects alive, apart from the Context's own
    Faults& faults() { return faults_; }

    // for engine/vk only
    VkDevice_T* handle() const { return handle_; }
    const VolkDeviceTable& api() const { return *api_; }
    const Instance& instance() const { return instance_; }
    Layouts& layouts() { return *layouts_; }
    PipelineCache& pipeline_cache() { return *pipeline_cache_; }
    void mark_lost() { lost_ = true; }
    void name(uint64_t object, int type, std::string_view name) const;  // type: a VkObjectType

    // Called before (begin) and after every vkCreate*, vkAllocate*, and at release, so that tests can make any fail and see leaks.
    void begin_creation(std::string_view what);
    void created() { ++live_objects_; }
    void released() { --live_objects_; }
    void account(int64_t bytes) { memory_in_use_ += static_cast<uint64_t>(bytes); }

private:
    const Instance& instance_;
    Caps caps_;
    VkDevice_T* handle_ = nullptr;
    std::unique_ptr<VolkDeviceTable> api_;
    std::unique_ptr<Queue> queue_;
    std::unique_ptr<Layouts> layouts_;
    std::unique_ptr<PipelineCache> pipeline_cache_;
    std::unique_ptr<Pipelines> pipelines_;
    Faults faults_;
    std::atomic<uint64_t> memory_in_use_{0};
    std::atomic<int64_t> live_objects_{0};
    std::atomic<bool> lost_{false};
    bool debug_names_ = false;
};

}  // namespace heed::vk
