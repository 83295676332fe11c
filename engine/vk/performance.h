#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vk/owned.h"

namespace heed::vk {

class CommandBuffer;

// A hardware counter of the compute queue (VK_KHR_performance_query).
struct CounterInfo {
    enum class Scope : uint8_t { command_buffer, render_pass, command };  // the least that it can be taken of

    uint32_t index = 0;  // what PerformanceQueries knows it by
    std::string name, category, description, unit;
    std::string_view storage;  // "u32", "i64", "f64"...: how the driver counts it
    Scope scope = Scope::command;
    bool slows_down = false;  // counting it changes how long things take
    bool overlaps = false;    // what runs at the same time is counted with it
};
std::vector<CounterInfo> counters_of(Context& context);  // none where caps.performance_query is false

// The right to count, which one program on the machine has at a time. It must be held from before the commands are recorded until
// the last pass has finished. One at a time in a Context; throws unsupported when someone else keeps it.
class ProfilingLock {
public:
    explicit ProfilingLock(Context& context);
    ProfilingLock(const ProfilingLock&) = delete;
    ~ProfilingLock();

private:
    Context& context_;
};

// Counts the chosen counters over pieces of a command buffer: one query a piece, such as a dispatch. Hardware cannot count everything
// at once, so the same commands are submitted once a pass:
//
//     const ProfilingLock lock(context);
//     queries.reset();
//     commands.begin(); ... queries.begin(commands, i); commands.dispatch(...); queries.end(commands, i); ... commands.end();
//     for (uint32_t pass = 0; pass < queries.passes(); ++pass) { queue.submit(all, fence, pass); fence.wait(); }
//     queries.read();
//
// One thread at a time.
class PerformanceQueries {
public:
    PerformanceQueries() = default;
    // Throws unsupported where there are no counters, bad_input for one that the device has not, or one that counts whole command
    // buffers and more queries than one.
    PerformanceQueries(Context& context, std::span<const uint32_t> counters, uint32_t count);

    uint32_t count() const { return count_; }
    uint32_t passes() const { return passes_; }

    void reset();  // before the first pass of each run; nothing that uses them may be under way
    // Around what is to be counted; one at a time in a command buffer. What ran before is counted too unless a barrier comes first, and
    // what is still running at the end is not counted unless a barrier comes before it.
    void begin(CommandBuffer& commands, uint32_t query) const;
    void end(CommandBuffer& commands, uint32_t query) const;

    // By query, then by counter in the order they were chosen. Every query must have been counted in every pass.
    std::vector<std::vector<double>> read() const;

private:
    Context* context_ = nullptr;
    Owned<VkQueryPool_T> handle_;
    std::vector<int> storages_;  // by counter, a VkPerformanceCounterStorageKHR
    uint32_t count_ = 0, passes_ = 0;
};

}  // namespace heed::vk
