// What VK_KHR_pipeline_executable_properties says of a pipeline.
#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "vk/handles.h"
#include "vk/pipeline.h"
#include "vk/result.h"

namespace heed::vk {

namespace {

// The fixed arrays that drivers write their words to, perhaps to the brim.
template <size_t size>
std::string words(const char (&field)[size]) {
    return {field, std::find(field, field + size, '\0')};
}

// A list that is asked how long it is, then for its members.
template <typename T, typename Call>
std::vector<T> ask(VkStructureType type, const Call& call) {
    uint32_t count = 0;
    call(&count, static_cast<T*>(nullptr));
    T member{};
    member.sType = type;
    std::vector<T> all(count, member);
    if (count > 0) {
        call(&count, all.data());
        all.resize(count);
    }
    return all;
}

Statistic to_statistic(const VkPipelineExecutableStatisticKHR& s) {
    Statistic out{.name = words(s.name), .text = {}, .description = words(s.description), .value = 0};
    switch (s.format) {
        case VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_BOOL32_KHR:
            out.value = s.value.b32 != 0 ? 1 : 0;
            out.text = s.value.b32 != 0 ? "yes" : "no";
            break;
        case VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_INT64_KHR:
            out.value = static_cast<double>(s.value.i64);
            out.text = text(s.value.i64);
            break;
        case VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_UINT64_KHR:
            out.value = static_cast<double>(s.value.u64);
            out.text = text(s.value.u64);
            break;
        default:
            out.value = s.value.f64;
            out.text = text(s.value.f64);
            break;
    }
    return out;
}

// The questions about one executable, with their errors.
class Asker {
public:
    Asker(Context& context, VkPipeline pipeline, const std::string& name) : context_(context), pipeline_(pipeline), name_(name) {}

    std::vector<VkPipelineExecutablePropertiesKHR> executables() const {
        const VkPipelineInfoKHR info{.sType = VK_STRUCTURE_TYPE_PIPELINE_INFO_KHR, .pipeline = pipeline_};
        return ask<VkPipelineExecutablePropertiesKHR>(VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_PROPERTIES_KHR, [&](uint32_t* n, auto* out) {
            check(context_, context_.api().vkGetPipelineExecutablePropertiesKHR(context_.handle(), &info, n, out),
                  "vkGetPipelineExecutablePropertiesKHR", name_);
        });
    }

    std::vector<Statistic> statistics(uint32_t executable) const {
        const VkPipelineExecutableInfoKHR which = info_of(executable);
        const auto all =
            ask<VkPipelineExecutableStatisticKHR>(VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_STATISTIC_KHR, [&](uint32_t* n, auto* out) {
                check(context_, context_.api().vkGetPipelineExecutableStatisticsKHR(context_.handle(), &which, n, out),
                      "vkGetPipelineExecutableStatisticsKHR", name_);
            });
        std::vector<Statistic> out;
        std::ranges::transform(all, std::back_inserter(out), to_statistic);
        return out;
    }

    std::vector<Representation> representations(uint32_t executable) const {
        using Raw = VkPipelineExecutableInternalRepresentationKHR;
        const VkPipelineExecutableInfoKHR which = info_of(executable);
        const auto call = [&](uint32_t* n, Raw* out) {
            check(context_, context_.api().vkGetPipelineExecutableInternalRepresentationsKHR(context_.handle(), &which, n, out),
                  "vkGetPipelineExecutableInternalRepresentationsKHR", name_);
        };
        std::vector<Raw> all = ask<Raw>(VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INTERNAL_REPRESENTATION_KHR, call);
        std::vector<std::string> texts(all.size());  // the first answer had their sizes alone
        for (size_t i = 0; i < all.size(); ++i) {
            texts[i].resize(all[i].dataSize);
            all[i].pData = texts[i].data();
        }
        auto count = static_cast<uint32_t>(all.size());
        if (count > 0) {
            call(&count, all.data());
        }
        std::vector<Representation> out;
        for (size_t i = 0; i < count; ++i) {
            texts[i].resize(std::min(texts[i].find('\0'), texts[i].size()));
            out.push_back({.name = words(all[i].name),
                           .description = words(all[i].description),
                           .text = all[i].isText != 0 ? texts[i] : text("This form is no text but ", all[i].dataSize, " bytes.")});
        }
        return out;
    }

private:
    VkPipelineExecutableInfoKHR info_of(uint32_t executable) const {
        return {.sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INFO_KHR, .pipeline = pipeline_, .executableIndex = executable};
    }

    Context& context_;
    VkPipeline pipeline_;
    const std::string& name_;
};

}  // namespace

std::vector<Executable> ComputePipeline::executables() const {
    if (!handle_ || (!statistics_ && !representations_)) {
        return {};
    }
    const Asker asker(*context_, handle_.get(), name_);
    std::vector<Executable> out;
    for (const VkPipelineExecutablePropertiesKHR& properties : asker.executables()) {
        const auto index = static_cast<uint32_t>(out.size());
        out.push_back({.name = words(properties.name),
                       .description = words(properties.description),
                       .subgroup_size = properties.subgroupSize,
                       .statistics = statistics_ ? asker.statistics(index) : std::vector<Statistic>(),
                       .representations = representations_ ? asker.representations(index) : std::vector<Representation>()});
    }
    return out;
}

}  // namespace heed::vk
