#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "vk/pipeline.h"

namespace heed::vk {

// Every pipeline of a Context, compiled once and kept: drivers take up to seconds for one, so all Sessions share. Thread-safe;
// threads that ask for different kernels compile side by side.
class Pipelines {
public:
    explicit Pipelines(Context& context) : context_(context) {}

    const ComputePipeline& get(const PipelineDesc& desc);
    size_t size() const;

private:
    struct Entry {
        std::mutex mutex;
        ComputePipeline pipeline;
    };
    using Key = std::vector<uint32_t>;

    Context& context_;
    mutable std::mutex mutex_;
    std::map<Key, std::unique_ptr<Entry>> entries_;
};

}  // namespace heed::vk
