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

template <typename T>
void append(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_text(std::string& bytes, std::string_view text) {
    append(bytes, text.size());
    bytes.append(text);
}

}  // namespace

PipelineCache::PipelineCache(Context& context, const ContextOptions& options) : context_(context), digest_(options.shader_digest) {
    std::vector<std::byte> bytes;
    if (!options.cache_directory.empty()) {
        const std::string owner = header({});
        const uint64_t key = digest(std::as_bytes(std::span(owner)));
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
std::string PipelineCache::header(std::span<const std::byte> payload) const {
    VkPhysicalDeviceProperties properties{};
    context_.instance().api().properties(context_.physical(), &properties);
    std::string bytes;
    append_text(bytes, kMagic);
    append_text(bytes, context_.caps().device_name);
    append_text(bytes, context_.caps().driver_info);
    append_text(bytes, digest_);
    append(bytes, properties.pipelineCacheUUID);
    append(bytes, properties.vendorID);
    append(bytes, properties.deviceID);
    append(bytes, properties.driverVersion);
    if (!payload.empty()) {
        append(bytes, payload.size());
        append(bytes, digest(payload));
    }
    return bytes;
}

std::span<const std::byte> PipelineCache::validated(std::span<const std::byte> bytes) const {
    // the header is of one length whatever the payload, so making it again from the rest and comparing checks everything
    const size_t header_size = header({}).size() + sizeof(size_t) + sizeof(uint64_t);
    if (bytes.size() < header_size + sizeof(VkPipelineCacheHeaderVersionOne)) {
        return {};
    }
    const std::span<const std::byte> payload = bytes.subspan(header_size);
    const std::string expected = header(payload);
    return std::ranges::equal(std::as_bytes(std::span(expected)), bytes.first(header_size)) ? payload : std::span<const std::byte>();
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
        std::string bytes = header(payload);
        bytes.append(reinterpret_cast<const char*>(payload.data()), payload.size());
        if (write_cache_file(file_, std::as_bytes(std::span(bytes)))) {
            loaded_ = size;
        }
    } catch (...) {  // out of host memory: a cache is not worth an error
    }
}

}  // namespace heed::vk
