#include "vk/pipelines.h"

#include "vk/digest.h"

namespace heed::vk {

namespace {

// Everything that makes two pipelines differ; the code by its digest and length.
std::vector<uint32_t> key_of(const PipelineDesc& desc, const Caps& caps) {
    const uint64_t code = digest(std::as_bytes(desc.spirv));
    const bool statistics = desc.statistics && caps.executable_properties;
    const bool representations = desc.representations && caps.executable_properties;
    std::vector<uint32_t> key{desc.bindings,
                              desc.push_bytes,
                              desc.subgroup_size,
                              (desc.full_subgroups ? 1u : 0u) | (statistics ? 2u : 0u) | (representations ? 4u : 0u),
                              static_cast<uint32_t>(desc.spirv.size()),
                              static_cast<uint32_t>(code),
                              static_cast<uint32_t>(code >> 32)};
    key.insert(key.end(), desc.constants.begin(), desc.constants.end());
    return key;
}

}  // namespace

const ComputePipeline& Pipelines::get(const PipelineDesc& desc) {
    Entry* entry = nullptr;
    {
        const std::lock_guard lock(mutex_);
        std::unique_ptr<Entry>& slot = entries_[key_of(desc, context_.caps())];
        if (!slot) {
            slot = std::make_unique<Entry>();
        }
        entry = slot.get();
    }
    // compiled outside the map's lock; whoever comes second for the same kernel waits, and tries again if the first failed
    const std::lock_guard lock(entry->mutex);
    if (!entry->pipeline) {
        entry->pipeline = ComputePipeline(context_, desc);
    }
    return entry->pipeline;
}

size_t Pipelines::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace heed::vk
