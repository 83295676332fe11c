#include "vk/performance.h"

#include <algorithm>

#include "base/error.h"
#include "vk/command.h"
#include "vk/handles.h"
#include "vk/instance.h"
#include "vk/instance_table.h"
#include "vk/queue.h"
#include "vk/result.h"

namespace heed::vk {

namespace {

constexpr uint64_t kLockNanoseconds = 1000000000;

std::string_view unit_of(VkPerformanceCounterUnitKHR unit) {
    switch (unit) {
        case VK_PERFORMANCE_COUNTER_UNIT_PERCENTAGE_KHR: return "%";
        case VK_PERFORMANCE_COUNTER_UNIT_NANOSECONDS_KHR: return "ns";
        case VK_PERFORMANCE_COUNTER_UNIT_BYTES_KHR: return "B";
        case VK_PERFORMANCE_COUNTER_UNIT_BYTES_PER_SECOND_KHR: return "B/s";
        case VK_PERFORMANCE_COUNTER_UNIT_KELVIN_KHR: return "K";
        case VK_PERFORMANCE_COUNTER_UNIT_WATTS_KHR: return "W";
        case VK_PERFORMANCE_COUNTER_UNIT_VOLTS_KHR: return "V";
        case VK_PERFORMANCE_COUNTER_UNIT_AMPS_KHR: return "A";
        case VK_PERFORMANCE_COUNTER_UNIT_HERTZ_KHR: return "Hz";
        case VK_PERFORMANCE_COUNTER_UNIT_CYCLES_KHR: return "cycles";
        default: return "";
    }
}

std::string_view storage_of(VkPerformanceCounterStorageKHR storage) {
    switch (storage) {
        case VK_PERFORMANCE_COUNTER_STORAGE_INT32_KHR: return "i32";
        case VK_PERFORMANCE_COUNTER_STORAGE_INT64_KHR: return "i64";
        case VK_PERFORMANCE_COUNTER_STORAGE_UINT32_KHR: return "u32";
        case VK_PERFORMANCE_COUNTER_STORAGE_UINT64_KHR: return "u64";
        case VK_PERFORMANCE_COUNTER_STORAGE_FLOAT32_KHR: return "f32";
        default: return "f64";
    }
}

double value_of(VkPerformanceCounterResultKHR result, int storage) {
    switch (storage) {
        case VK_PERFORMANCE_COUNTER_STORAGE_INT32_KHR: return result.int32;
        case VK_PERFORMANCE_COUNTER_STORAGE_INT64_KHR: return static_cast<double>(result.int64);
        case VK_PERFORMANCE_COUNTER_STORAGE_UINT32_KHR: return result.uint32;
        case VK_PERFORMANCE_COUNTER_STORAGE_UINT64_KHR: return static_cast<double>(result.uint64);
        case VK_PERFORMANCE_COUNTER_STORAGE_FLOAT32_KHR: return static_cast<double>(result.float32);
        default: return result.float64;
    }
}

CounterInfo::Scope scope_of(VkPerformanceCounterScopeKHR scope) {
    switch (scope) {
        case VK_PERFORMANCE_COUNTER_SCOPE_COMMAND_BUFFER_KHR: return CounterInfo::Scope::command_buffer;
        case VK_PERFORMANCE_COUNTER_SCOPE_RENDER_PASS_KHR: return CounterInfo::Scope::render_pass;
        default: return CounterInfo::Scope::command;
    }
}

// As the driver lists them.
struct RawCounters {
    std::vector<VkPerformanceCounterKHR> counters;
    std::vector<VkPerformanceCounterDescriptionKHR> descriptions;
};

RawCounters raw_counters(Context& context) {
    RawCounters raw;
    const auto list = context.instance().api().performance_counters;
    if (!context.caps().performance_query || !list) {
        return raw;
    }
    const uint32_t family = context.queue().family();
    uint32_t count = 0;
    check(context, list(context.physical(), family, &count, nullptr, nullptr), "the list of performance counters", "counters");
    raw.counters.resize(count, {.sType = VK_STRUCTURE_TYPE_PERFORMANCE_COUNTER_KHR});
    raw.descriptions.resize(count, {.sType = VK_STRUCTURE_TYPE_PERFORMANCE_COUNTER_DESCRIPTION_KHR});
    if (count > 0) {
        check(context, list(context.physical(), family, &count, raw.counters.data(), raw.descriptions.data()),
              "the list of performance counters", "counters");
        raw.counters.resize(count);
        raw.descriptions.resize(count);
    }
    return raw;
}

}  // namespace

std::vector<CounterInfo> counters_of(Context& context) {
    const RawCounters raw = raw_counters(context);
    std::vector<CounterInfo> out;
    for (size_t i = 0; i < raw.counters.size(); ++i) {
        const VkPerformanceCounterKHR& counter = raw.counters[i];
        const VkPerformanceCounterDescriptionKHR& words = raw.descriptions[i];
        out.push_back({.index = static_cast<uint32_t>(i),
                       .name = words.name,
                       .category = words.category,
                       .description = words.description,
                       .unit = std::string(unit_of(counter.unit)),
                       .storage = storage_of(counter.storage),
                       .scope = scope_of(counter.scope),
                       .slows_down = (words.flags & VK_PERFORMANCE_COUNTER_DESCRIPTION_PERFORMANCE_IMPACTING_BIT_KHR) != 0,
                       .overlaps = (words.flags & VK_PERFORMANCE_COUNTER_DESCRIPTION_CONCURRENTLY_IMPACTED_BIT_KHR) != 0});
    }
    return out;
}

ProfilingLock::ProfilingLock(Context& context) : context_(context) {
    if (!context.caps().performance_query) {
        fail(ErrorKind::unsupported, "counters: ", context.caps().device_name, " has none");
    }
    const VkAcquireProfilingLockInfoKHR info{.sType = VK_STRUCTURE_TYPE_ACQUIRE_PROFILING_LOCK_INFO_KHR, .timeout = kLockNanoseconds};
    const VkResult result = context.api().vkAcquireProfilingLockKHR(context.handle(), &info);
    if (result == VK_TIMEOUT) {
        fail(ErrorKind::unsupported, "counters: ", context.caps().device_name, " is being profiled by someone else, who kept it for ",
             kLockNanoseconds / 1000000000, " s");
    }
    check(context, result, "vkAcquireProfilingLockKHR", "counters");
}

ProfilingLock::~ProfilingLock() {
    context_.api().vkReleaseProfilingLockKHR(context_.handle());
}

PerformanceQueries::PerformanceQueries(Context& context, std::span<const uint32_t> counters, uint32_t count)
    : context_(&context), count_(count) {
    const std::string& device = context.caps().device_name;
    const std::vector<VkPerformanceCounterKHR> all = raw_counters(context).counters;
    if (all.empty()) {
        fail(ErrorKind::unsupported, "counters: ", device, " has none");
    }
    if (counters.empty()) {
        fail(ErrorKind::bad_input, "counters: expected at least one of the ", all.size(), " of ", device, ", got none");
    }
    for (const uint32_t counter : counters) {
        if (counter >= all.size()) {
            fail(ErrorKind::bad_input, "counters: ", device, " has ", all.size(), ", got number ", counter);
        }
        if (scope_of(all[counter].scope) == CounterInfo::Scope::command_buffer && count > 1) {
            fail(ErrorKind::bad_input, "counters: number ", counter, " of ", device, " counts whole command buffers, got ", count,
                 " pieces of one");
        }
        storages_.push_back(all[counter].storage);
    }
    VkQueryPoolPerformanceCreateInfoKHR chosen{.sType = VK_STRUCTURE_TYPE_QUERY_POOL_PERFORMANCE_CREATE_INFO_KHR,
                                               .queueFamilyIndex = context.queue().family(),
                                               .counterIndexCount = static_cast<uint32_t>(counters.size()),
                                               .pCounterIndices = counters.data()};
    context.instance().api().performance_passes(context.physical(), &chosen, &passes_);
    const VkQueryPoolCreateInfo info{.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                                     .pNext = &chosen,
                                     .queryType = VK_QUERY_TYPE_PERFORMANCE_QUERY_KHR,
                                     .queryCount = count};
    context.begin_creation("counters");
    VkQueryPool handle = VK_NULL_HANDLE;
    check(context, context.api().vkCreateQueryPool(context.handle(), &info, nullptr, &handle), "vkCreateQueryPool", "counters");
    handle_ = Owned<VkQueryPool_T>(context, handle);
}

void PerformanceQueries::reset() {
    context_->api().vkResetQueryPool(context_->handle(), handle_.get(), 0, count_);
}

void PerformanceQueries::begin(CommandBuffer& commands, uint32_t query) const {
    ensure(query < count_, "counters: query ", query, " of ", count_);
    context_->api().vkCmdBeginQuery(commands.handle(), handle_.get(), query, 0);
}

void PerformanceQueries::end(CommandBuffer& commands, uint32_t query) const {
    ensure(query < count_, "counters: query ", query, " of ", count_);
    context_->api().vkCmdEndQuery(commands.handle(), handle_.get(), query);
}

std::vector<std::vector<double>> PerformanceQueries::read() const {
    using Result = VkPerformanceCounterResultKHR;
    const size_t width = storages_.size();
    std::vector<Result> results(count_ * width);
    check(*context_,
          context_->api().vkGetQueryPoolResults(context_->handle(), handle_.get(), 0, count_, results.size() * sizeof(Result),
                                                results.data(), width * sizeof(Result), 0),
          "vkGetQueryPoolResults", "counters");
    std::vector<std::vector<double>> out(count_);
    for (size_t i = 0; i < results.size(); ++i) {
        out[i / width].push_back(value_of(results[i], storages_[i % width]));
    }
    return out;
}

}  // namespace heed::vk
