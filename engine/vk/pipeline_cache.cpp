#include "vk/pipeline_cache.h"

#include <algorithm>
#include <cstring>

#include "base/cache_file.h"
#include "base/text.h"
#include "vk/digest.h"
#include "vk/handles.h"
#include "vk/instance.h"
#include "vk/instance_table.h"
#include "vk/result.h"

namespace heed::vk {

namespace {

constexpr std::string_view kMagic = "heed pipelines 1";

void append(std::vector<std::byte>& bytes, const void* data, size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), first, first + size);
}

void append(std::vector<std::byte>& bytes, std::string_view text) {
    const uint64_t size = text.size();
    append(bytes, &size, sizeof size);
    append(bytes, text.data(), text.size());
}

}  // namespace

PipelineCache::PipelineCache(Context& context, const ContextOptions& options) : context_(context), digest_(options.shader_digest) {
    std::vector<std::byte> bytes;
    if (!options.cache_directory.empty()) {
        const uint64_t key = digest(header({}));
        file_ = options.cache_directory / text("pipelines-", context.caps().uuid, "-", std::hex, key, ".bin");
        bytes = read_cache_file(file_);
    }
    const std::span<const std::byte> payload = validated(bytes);
    loaded_ = payload.size();
    context.begin_creation("pipeline cache");
    VkPipelineCacheCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO, .initialDataSize = payload.size(), .pInitialData = payload.data()};
    VkPipelineCache handle = VK_NULL_HANDLE;
    VkResult result = context.api().vkCreatePipelineCache(context.handle(), &info, nullptr, &handle);
    if (result != VK_SUCCESS && loaded_ > 0) {  // the driver does not want its own words back
        loaded_ = 0;
        info.initialDataSize = 0;
        info.pInitialData = nullptr;
        result = context.api().vkCreatePipelineCache(context.handle(), &info, nullptr, &handle);
    }
    check(context, result, "vkCreatePipelineCache", "pipeline cache");
    handle_ = Owned<VkPipelineCache_T>(context, handle);
}

// What the file must begin with: whose it is and a checksum, because drivers trust what they are given and crash.
std::vector<std::byte> PipelineCache::header(std::span<const std::byte> payload) const {
    VkPhysicalDeviceProperties properties{};
    context_.instance().api().properties(context_.physical(), &properties);
    std::vector<std::byte> bytes;
    append(bytes, kMagic);
    append(bytes, context_.caps().device_name);
    append(bytes, context_.caps().driver_info);
    append(bytes, digest_);
    append(bytes, properties.pipelineCacheUUID, VK_UUID_SIZE);
    append(bytes, &properties.vendorID, sizeof properties.vendorID);
    append(bytes, &properties.deviceID, sizeof properties.deviceID);
    append(bytes, &properties.driverVersion, sizeof properties.driverVersion);
    if (!payload.empty()) {
        const uint64_t size = payload.size(), checksum = digest(payload);
        append(bytes, &size, sizeof size);
        append(bytes, &checksum, sizeof checksum);
    }
    return bytes;
}

std::span<const std::byte> PipelineCache::validated(std::span<const std::byte> bytes) const {
    // the header is of one length whatever the payload, so making it again from the rest and comparing checks everything
    const size_t header_size = header({}).size() + 2 * sizeof(uint64_t);
    if (bytes.size() < header_size + sizeof(VkPipelineCacheHeaderVersionOne)) {
        return {};
    }
    const std::span<const std::byte> payload = bytes.subspan(header_size);
    return std::ranges::equal(header(payload), bytes.first(header_size)) ? payload : std::span<const std::byte>();
}

void PipelineCache::save() noexcept {
    try {
        const std::lock_guard lock(mutex_);
        size_t size = 0;
        const VolkDeviceTable& api = context_.api();
        if (file_.empty() || api.vkGetPipelineCacheData(context_.handle(), handle_.get(), &size, nullptr) != VK_SUCCESS) {
            return;
        }
        std::vector<std::byte> payload(size);
        if (size == loaded_ || api.vkGetPipelineCacheData(context_.handle(), handle_.get(), &size, payload.data()) != VK_SUCCESS) {
            return;
        }
        payload.resize(size);
        std::vector<std::byte> bytes = header(payload);
        append(bytes, payload.data(), payload.size());
        if (write_cache_file(file_, bytes)) {
            loaded_ = size;
        }
    } catch (...) {  // out of host memory: a cache is not worth an error
    }
}

}  // namespace heed::vk
