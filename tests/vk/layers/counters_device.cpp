// The device's half: queries are recorded, counted and read here; everything else goes down to the driver.
#include <algorithm>
#include <deque>
#include <utility>

#include "counters.h"

namespace heed::tests::counters {

namespace {

// The function below this layer.
template <typename F>
F down(const char* name) {
    return reinterpret_cast<F>(layer().next_device(layer().device, name));
}

Pool* find_pool(VkQueryPool handle) {
    const auto found = layer().pools.find(reinterpret_cast<Pool*>(handle));
    return found == layer().pools.end() ? nullptr : found->first;
}

VKAPI_ATTR VkResult VKAPI_CALL acquire_lock(VkDevice, const VkAcquireProfilingLockInfoKHR*) {
    const std::lock_guard guard(layer().mutex);
    if (layer().locked) {
        return VK_TIMEOUT;
    }
    layer().locked = true;
    return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL release_lock(VkDevice) {
    const std::lock_guard guard(layer().mutex);
    if (!layer().locked) {
        layer().complain("the lock is released that no one holds");
    }
    layer().locked = false;
    for (auto& [handle, commands] : layer().commands) {
        commands.locked = false;
    }
}

VKAPI_ATTR VkResult VKAPI_CALL create_pool(VkDevice device, const VkQueryPoolCreateInfo* info, const VkAllocationCallbacks* allocator,
                                           VkQueryPool* out) {
    if (info->queryType != VK_QUERY_TYPE_PERFORMANCE_QUERY_KHR) {
        return down<PFN_vkCreateQueryPool>("vkCreateQueryPool")(device, info, allocator, out);
    }
    const auto* chosen = static_cast<const VkQueryPoolPerformanceCreateInfoKHR*>(info->pNext);
    auto pool = std::make_unique<Pool>();
    pool->counters.assign(chosen->pCounterIndices, chosen->pCounterIndices + chosen->counterIndexCount);
    pool->queries.resize(info->queryCount);
    const std::lock_guard guard(layer().mutex);
    Pool* key = pool.get();
    layer().pools[key] = std::move(pool);
    *out = reinterpret_cast<VkQueryPool>(key);
    return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL destroy_pool(VkDevice device, VkQueryPool handle, const VkAllocationCallbacks* allocator) {
    const std::lock_guard guard(layer().mutex);
    if (Pool* pool = find_pool(handle)) {
        layer().pools.erase(pool);
    } else {
        down<PFN_vkDestroyQueryPool>("vkDestroyQueryPool")(device, handle, allocator);
    }
}

VKAPI_ATTR void VKAPI_CALL reset_pool(VkDevice device, VkQueryPool handle, uint32_t first, uint32_t count) {
    const std::lock_guard guard(layer().mutex);
    Pool* pool = find_pool(handle);
    if (!pool) {
        down<PFN_vkResetQueryPool>("vkResetQueryPool")(device, handle, first, count);
        return;
    }
    for (uint32_t i = first; i < first + count; ++i) {
        pool->queries.at(i) = {.reset = true, .counted = {}};
    }
}

VKAPI_ATTR VkResult VKAPI_CALL get_results(VkDevice device, VkQueryPool handle, uint32_t first, uint32_t count, size_t size, void* data,
                                           VkDeviceSize stride, VkQueryResultFlags flags) {
    const std::lock_guard guard(layer().mutex);
    Pool* pool = find_pool(handle);
    if (!pool) {
        return down<PFN_vkGetQueryPoolResults>("vkGetQueryPoolResults")(device, handle, first, count, size, data, stride, flags);
    }
    const size_t width = pool->counters.size() * sizeof(VkPerformanceCounterResultKHR);
    if ((flags & ~VkFlags{VK_QUERY_RESULT_WAIT_BIT}) != 0 || stride < width || stride % sizeof(VkPerformanceCounterResultKHR) != 0 ||
        size < (count - 1) * stride + width) {
        layer().complain("results are asked for with flags or sizes that performance queries do not take");
    }
    for (uint32_t i = 0; i < count; ++i) {
        const Pool::Query& query = pool->queries.at(first + i);
        if (query.counted.size() != pool->counters.size()) {
            return VK_NOT_READY;
        }
        auto* out = reinterpret_cast<VkPerformanceCounterResultKHR*>(static_cast<char*>(data) + i * stride);
        for (uint32_t pass = 0; pass < pool->counters.size(); ++pass) {
            const uint64_t value = query.counted.at(pass);
            switch (kCounters[pool->counters[pass]].storage) {
                case VK_PERFORMANCE_COUNTER_STORAGE_UINT64_KHR: out[pass].uint64 = value; break;
                case VK_PERFORMANCE_COUNTER_STORAGE_INT32_KHR: out[pass].int32 = static_cast<int32_t>(value); break;
                case VK_PERFORMANCE_COUNTER_STORAGE_FLOAT32_KHR: out[pass].float32 = static_cast<float>(value) / 2; break;
                default: out[pass].float64 = static_cast<double>(value); break;
            }
        }
    }
    return VK_SUCCESS;
}

VKAPI_ATTR VkResult VKAPI_CALL begin_commands(VkCommandBuffer handle, const VkCommandBufferBeginInfo* info) {
    const std::lock_guard guard(layer().mutex);
    layer().commands[handle] = {.locked = layer().locked, .pools = {}, .resets = {}, .list = {}};
    return down<PFN_vkBeginCommandBuffer>("vkBeginCommandBuffer")(handle, info);
}

VKAPI_ATTR VkResult VKAPI_CALL end_commands(VkCommandBuffer handle) {
    const std::lock_guard guard(layer().mutex);
    const Commands& commands = layer().commands[handle];
    if (commands.open) {
        layer().complain("commands end inside a query");
    }
    if (commands.pools.size() > 1) {
        layer().complain("commands use two pools");
    }
    for (Pool* pool : commands.resets) {
        if (commands.pools.contains(pool)) {
            layer().complain("commands reset queries that they begin");
        }
    }
    return down<PFN_vkEndCommandBuffer>("vkEndCommandBuffer")(handle);
}

VKAPI_ATTR void VKAPI_CALL record_reset(VkCommandBuffer handle, VkQueryPool queries, uint32_t first, uint32_t count) {
    const std::lock_guard guard(layer().mutex);
    if (Pool* pool = find_pool(queries)) {
        layer().commands[handle].resets.insert(pool);
    } else {
        down<PFN_vkCmdResetQueryPool>("vkCmdResetQueryPool")(handle, queries, first, count);
    }
}

VKAPI_ATTR void VKAPI_CALL begin_query(VkCommandBuffer handle, VkQueryPool queries, uint32_t query, VkQueryControlFlags flags) {
    const std::lock_guard guard(layer().mutex);
    Pool* pool = find_pool(queries);
    if (!pool) {
        down<PFN_vkCmdBeginQuery>("vkCmdBeginQuery")(handle, queries, query, flags);
        return;
    }
    Commands& commands = layer().commands[handle];
    if (!commands.locked) {
        layer().complain("a query begins in commands whose recording began without the lock");
    }
    if (std::exchange(commands.open, true)) {
        layer().complain("a query begins inside another");
    }
    if (std::ranges::count(pool->counters, 3u) > 0 && !commands.list.empty()) {
        layer().complain("a query of whole command buffers begins in the middle of one");
    }
    commands.pools.insert(pool);
    commands.list.push_back({.kind = Command::Kind::begin, .pool = pool, .query = query});
}

VKAPI_ATTR void VKAPI_CALL end_query(VkCommandBuffer handle, VkQueryPool queries, uint32_t query) {
    const std::lock_guard guard(layer().mutex);
    Pool* pool = find_pool(queries);
    if (!pool) {
        down<PFN_vkCmdEndQuery>("vkCmdEndQuery")(handle, queries, query);
        return;
    }
    Commands& commands = layer().commands[handle];
    if (!std::exchange(commands.open, false)) {
        layer().complain("a query ends that did not begin");
    }
    commands.list.push_back({.kind = Command::Kind::end, .pool = pool, .query = query});
}

VKAPI_ATTR void VKAPI_CALL dispatch(VkCommandBuffer handle, uint32_t x, uint32_t y, uint32_t z) {
    const std::lock_guard guard(layer().mutex);
    layer().commands[handle].list.push_back({.groups = uint64_t{x} * y * z});
    down<PFN_vkCmdDispatch>("vkCmdDispatch")(handle, x, y, z);
}

// Counts a command buffer in a pass.
void count(const Commands& commands, uint32_t pass) {
    uint64_t dispatches = 0, groups = 0;
    for (const Command& command : commands.list) {
        if (command.kind == Command::Kind::dispatch) {
            ++dispatches;
            groups += command.groups;
            continue;
        }
        Pool::Query& query = command.pool->queries.at(command.query);
        if (pass >= command.pool->counters.size()) {
            layer().complain("a pass is submitted that there is not");
        } else if (command.kind == Command::Kind::begin) {
            if (!query.reset || query.counted.contains(pass)) {
                layer().complain("a query is counted that was not reset");
            }
            dispatches = groups = 0;
        } else {
            const uint32_t counter = command.pool->counters[pass];
            query.counted[pass] = counter == 0 || counter == 3 ? dispatches : groups;
        }
    }
}

VKAPI_ATTR VkResult VKAPI_CALL submit(VkQueue queue, uint32_t submits, const VkSubmitInfo* infos, VkFence fence) {
    const std::lock_guard guard(layer().mutex);
    std::vector<VkSubmitInfo> below(infos, infos + submits);
    std::deque<Unlinked> ours;
    for (VkSubmitInfo& info : below) {
        const auto* chosen = ours.emplace_back(&info.pNext, VK_STRUCTURE_TYPE_PERFORMANCE_QUERY_SUBMIT_INFO_KHR).structure();
        const uint32_t pass = chosen ? reinterpret_cast<const VkPerformanceQuerySubmitInfoKHR*>(chosen)->counterPassIndex : 0;
        for (uint32_t c = 0; c < info.commandBufferCount; ++c) {
            const Commands& commands = layer().commands[info.pCommandBuffers[c]];
            if (!commands.pools.empty() && !(layer().locked && commands.locked)) {
                layer().complain("a query is submitted without the lock, or not all of it was recorded with that");
            }
            count(commands, pass);
        }
    }
    return down<PFN_vkQueueSubmit>("vkQueueSubmit")(queue, submits, below.data(), fence);
}

template <typename F>
PFN_vkVoidFunction any(F* function) {
    return reinterpret_cast<PFN_vkVoidFunction>(function);
}

}  // namespace

PFN_vkVoidFunction device_function(std::string_view name) {
    static const std::map<std::string_view, PFN_vkVoidFunction> ours{
        {"vkAcquireProfilingLockKHR", any(acquire_lock)},
        {"vkReleaseProfilingLockKHR", any(release_lock)},
        {"vkCreateQueryPool", any(create_pool)},
        {"vkDestroyQueryPool", any(destroy_pool)},
        {"vkResetQueryPool", any(reset_pool)},
        {"vkGetQueryPoolResults", any(get_results)},
        {"vkBeginCommandBuffer", any(begin_commands)},
        {"vkEndCommandBuffer", any(end_commands)},
        {"vkCmdResetQueryPool", any(record_reset)},
        {"vkCmdBeginQuery", any(begin_query)},
        {"vkCmdEndQuery", any(end_query)},
        {"vkCmdDispatch", any(dispatch)},
        {"vkQueueSubmit", any(submit)},
    };
    const auto found = ours.find(name);
    return found == ours.end() ? nullptr : found->second;
}

}  // namespace heed::tests::counters
