#pragma once

#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// A Vulkan layer that gives any driver VK_KHR_performance_query with counters of its own, for tests: no software driver has the
// extension. It counts what was recorded between begin and end when that is submitted, one counter a pass, and writes down every use
// that the extension forbids.
namespace heed::tests::counters {

struct Counter {
    const char *name, *description;
    VkPerformanceCounterUnitKHR unit;
    VkPerformanceCounterScopeKHR scope;
    VkPerformanceCounterStorageKHR storage;
};
inline constexpr std::array kCounters{
    Counter{"dispatches", "how many were recorded", VK_PERFORMANCE_COUNTER_UNIT_GENERIC_KHR, VK_PERFORMANCE_COUNTER_SCOPE_COMMAND_KHR,
            VK_PERFORMANCE_COUNTER_STORAGE_UINT64_KHR},
    Counter{"workgroups", "of all dispatches", VK_PERFORMANCE_COUNTER_UNIT_GENERIC_KHR, VK_PERFORMANCE_COUNTER_SCOPE_COMMAND_KHR,
            VK_PERFORMANCE_COUNTER_STORAGE_INT32_KHR},
    Counter{"half the workgroups", "in cycles", VK_PERFORMANCE_COUNTER_UNIT_CYCLES_KHR, VK_PERFORMANCE_COUNTER_SCOPE_COMMAND_KHR,
            VK_PERFORMANCE_COUNTER_STORAGE_FLOAT32_KHR},
    Counter{"whole", "dispatches of a command buffer", VK_PERFORMANCE_COUNTER_UNIT_PERCENTAGE_KHR,
            VK_PERFORMANCE_COUNTER_SCOPE_COMMAND_BUFFER_KHR, VK_PERFORMANCE_COUNTER_STORAGE_FLOAT64_KHR},
};

struct Pool {
    std::vector<uint32_t> counters;
    struct Query {
        bool reset = false;
        std::map<uint32_t, uint64_t> counted;  // by pass
    };
    std::vector<Query> queries;
};

// What a command buffer does that a counter sees.
struct Command {
    enum class Kind { begin, end, dispatch } kind = Kind::dispatch;
    Pool* pool = nullptr;
    uint32_t query = 0;
    uint64_t groups = 0;
};

struct Commands {
    bool locked = false;  // since recording began
    bool open = false;    // a query is
    std::set<Pool*> pools, resets;
    std::vector<Command> list;
};

// One instance with one device at a time is all that tests need.
struct Layer {
    std::mutex mutex;
    VkInstance instance = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    PFN_vkGetInstanceProcAddr next_instance = nullptr;
    PFN_vkGetDeviceProcAddr next_device = nullptr;
    PFN_vkEnumerateDeviceExtensionProperties enumerate_extensions = nullptr;
    PFN_vkGetPhysicalDeviceFeatures2 features2 = nullptr;
    PFN_vkGetPhysicalDeviceProperties2 properties2 = nullptr;
    bool locked = false;
    std::map<Pool*, std::unique_ptr<Pool>> pools;
    std::map<VkCommandBuffer, Commands> commands;
    std::string complaints;

    void complain(std::string_view what) { (complaints += what) += '\n'; }
};
Layer& layer();

// Takes a structure that no one below has heard of out of a pNext chain, as long as it lives.
class Unlinked {
public:
    Unlinked(const void* const* chain, VkStructureType type);
    Unlinked(const Unlinked&) = delete;
    ~Unlinked();

    VkBaseOutStructure* structure() const { return structure_; }  // null where the chain has none

private:
    VkBaseOutStructure** link_;
    VkBaseOutStructure* structure_;
};

PFN_vkVoidFunction device_function(std::string_view name);  // that this layer has; null for others

}  // namespace heed::tests::counters
