#pragma once

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>

#include "vk/owned.h"

namespace heed::vk {

// The driver's compiled code, kept in a file from one run to the next. A file that is missing, damaged, or of another device,
// driver or set of shaders is ignored; one that cannot be written is no error. Thread-safe.
class PipelineCache {
public:
    PipelineCache(Context& context, const ContextOptions& options);

    void save() noexcept;  // when there is anything new
    VkPipelineCache_T* handle() const { return handle_.get(); }
    const std::filesystem::path& file() const { return file_; }  // empty: none
    size_t loaded_bytes() const { return loaded_; }              // 0: started empty

private:
    std::string header(std::span<const std::byte> payload) const;
    std::span<const std::byte> validated(std::span<const std::byte> bytes) const;

    Context& context_;
    Owned<VkPipelineCache_T> handle_;
    std::filesystem::path file_;
    std::string digest_;
    size_t loaded_ = 0;
    std::mutex mutex_;
};

}  // namespace heed::vk
