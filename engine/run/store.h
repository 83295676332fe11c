#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "vk/buffer.h"

namespace heed::vk {
class Device;
class Context;
}  // namespace heed::vk

namespace heed {

using Progress = std::function<void(uint64_t done, uint64_t total)>;

// Where a tensor lies on the device.
struct Stored {
    const vk::Buffer* buffer = nullptr;
    uint64_t offset = 0;
    uint64_t bytes = 0;
};

// Weights and states by name, on one device: Sessions that share a Store share both, so that several plans of one model
// upload its weights once and hand its caches on. Thread-safe.
class Store {
public:
    explicit Store(vk::Device& device);

    // Makes room for the plan's weights and states that are not here yet; uploads the weights, zeroes the states.
    void add(const Plan& plan, const Progress& progress);
    Stored find(const Value& value) const;
    void zero_states();
    // Those whose names begin so, and their memory; no Session that uses one may be left.
    void drop_states(std::string_view prefix = {});

    vk::Context& context() const { return context_; }
    uint64_t bytes() const;

private:
    struct Entry {
        Stored stored;
        Shape shape;
        bool state = false;
    };
    std::vector<const Value*> missing(const Plan& plan) const;
    void allocate(std::vector<const Value*> values, ValueKind kind);

    vk::Context& context_;
    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_;
    std::vector<std::unique_ptr<vk::Buffer>> chunks_;
};

}  // namespace heed
