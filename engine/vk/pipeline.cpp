#include "vk/pipeline.h"

#include <bit>

#include "base/error.h"
#include "vk/handles.h"
#include "vk/layouts.h"
#include "vk/pipeline_cache.h"
#include "vk/result.h"

namespace heed::vk {

namespace {

Owned<VkShaderModule_T> make_module(Context& context, const PipelineDesc& desc) {
    context.begin_creation(desc.name);
    const VkShaderModuleCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, .codeSize = desc.spirv.size_bytes(), .pCode = desc.spirv.data()};
    VkShaderModule handle = VK_NULL_HANDLE;
    check(context, context.api().vkCreateShaderModule(context.handle(), &info, nullptr, &handle), "vkCreateShaderModule", desc.name);
    return {context, handle};
}

void validate(const Caps& caps, const PipelineDesc& desc, uint32_t subgroup_size) {
    const auto refuse = [&](auto what, uint64_t needs, uint64_t has) {
        fail(ErrorKind::unsupported, desc.name, ": needs ", needs, " ", what, ", ", caps.device_name, " has ", has);
    };
    ensure(!desc.spirv.empty(), desc.name, ": the kernel has no code");
    if (desc.bindings > caps.max_storage_buffers) {
        refuse("storage buffers", desc.bindings, caps.max_storage_buffers);
    }
    if (desc.push_bytes > caps.push_bytes) {
        refuse("bytes of push constants", desc.push_bytes, caps.push_bytes);
    }
    if (subgroup_size != 0 &&
        (!caps.subgroup_size_control || subgroup_size < caps.min_subgroup_size || subgroup_size > caps.max_subgroup_size)) {
        fail(ErrorKind::unsupported, desc.name, ": needs subgroups of ", subgroup_size, ", ", caps.device_name, " has ",
             caps.min_subgroup_size, " to ", caps.max_subgroup_size, caps.subgroup_size_control ? "" : " and does not let one choose");
    }
}

}  // namespace

ComputePipeline::ComputePipeline(Context& context, const PipelineDesc& desc)
    : context_(&context), name_(desc.name), bindings_(desc.bindings), push_bytes_(desc.push_bytes) {
    const Caps& caps = context.caps();
    const uint32_t subgroup_size = desc.subgroup_size != 0 ? desc.subgroup_size : caps.forced_subgroup_size;
    validate(caps, desc, subgroup_size);
    layout_ = context.layouts().pipeline(bindings_, push_bytes_);
    statistics_ = desc.statistics && caps.executable_properties;
    representations_ = desc.representations && caps.executable_properties;
    const Owned<VkShaderModule_T> module = make_module(context, desc);

    std::vector<VkSpecializationMapEntry> entries(desc.constants.size());
    for (uint32_t i = 0; i < entries.size(); ++i) {
        entries[i] = {.constantID = i, .offset = static_cast<uint32_t>(i * sizeof(uint32_t)), .size = sizeof(uint32_t)};
    }
    const VkSpecializationInfo constants{.mapEntryCount = static_cast<uint32_t>(entries.size()),
                                         .pMapEntries = entries.data(),
                                         .dataSize = desc.constants.size() * sizeof(uint32_t),
                                         .pData = desc.constants.data()};
    const VkPipelineShaderStageRequiredSubgroupSizeCreateInfo size{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO, .requiredSubgroupSize = subgroup_size};
    const bool full = desc.full_subgroups && caps.full_subgroups;
    VkComputePipelineCreateInfo info{.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO, .layout = layout_};
    info.flags = (statistics_ ? VkPipelineCreateFlags{VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR} : 0) |
                 (representations_ ? VkPipelineCreateFlags{VK_PIPELINE_CREATE_CAPTURE_INTERNAL_REPRESENTATIONS_BIT_KHR} : 0);
    info.stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                  .pNext = subgroup_size != 0 ? &size : nullptr,
                  .flags = full ? VkPipelineShaderStageCreateFlags{VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT} : 0,
                  .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                  .module = module.get(),
                  .pName = "main",
                  .pSpecializationInfo = entries.empty() ? nullptr : &constants};
    context.begin_creation(desc.name);
    VkPipeline handle = VK_NULL_HANDLE;
    check(context, context.api().vkCreateComputePipelines(context.handle(), context.pipeline_cache().handle(), 1, &info, nullptr, &handle),
          "vkCreateComputePipelines", desc.name);
    handle_ = Owned<VkPipeline_T>(context, handle);
    context.name(std::bit_cast<uint64_t>(handle), VK_OBJECT_TYPE_PIPELINE, desc.name);
}

}  // namespace heed::vk
