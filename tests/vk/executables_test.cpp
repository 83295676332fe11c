#include <doctest/doctest.h>

#include <algorithm>

#include "profile/resources.h"
#include "support/device.h"
#include "vk/kit.h"
#include "vk/pipelines.h"

namespace heed::vk {

TEST_SUITE("device vk") {
    TEST_CASE("executables: nothing is told that was not asked for, or where the driver tells nothing") {
        Context& context = tests::device().context();
        const bool tells = context.caps().executable_properties;
        PipelineDesc desc = tests::scale_desc();
        CHECK(ComputePipeline(context, desc).executables().empty());
        desc.statistics = true;
        CHECK(ComputePipeline(context, desc).executables().empty() == !tells);
        for (const Executable& executable : ComputePipeline(context, desc).executables()) {
            CHECK_FALSE(executable.name.empty());
            CHECK(executable.subgroup_size > 0);
            CHECK(executable.representations.empty());
            CHECK_FALSE(executable.statistics.empty());
            for (const Statistic& s : executable.statistics) {
                CHECK_FALSE(s.name.empty());
                CHECK_FALSE(s.text.empty());
            }
        }
        desc.statistics = false;
        desc.representations = true;
        CHECK(ComputePipeline(context, desc).executables().empty() == !tells);
        for (const Executable& executable : ComputePipeline(context, desc).executables()) {
            CHECK(executable.statistics.empty());
            for (const Representation& form : executable.representations) {
                CHECK_FALSE(form.name.empty());
                CHECK_FALSE(form.text.empty());
                CHECK(form.text.find('\0') == std::string::npos);
            }
        }
    }

    TEST_CASE("executables: asking makes a pipeline of its own only where there is an answer") {
        Context& context = tests::device().context();
        const bool tells = context.caps().executable_properties;
        const ComputePipeline& plain = context.pipelines().get(tests::scale_desc(79));
        PipelineDesc desc = tests::scale_desc(79);
        desc.statistics = true;
        const ComputePipeline& asked = context.pipelines().get(desc);
        CHECK((&asked == &plain) == !tells);
        desc.representations = true;
        CHECK((&context.pipelines().get(desc) == &asked) == !tells);
    }

    TEST_CASE("executables: AMD's compiler tells its instructions and all that profile::Resources has a place for") {
        Context& context = tests::device().context();
        if (context.caps().driver_name != "radv") {
            return;
        }
        PipelineDesc desc = tests::scale_desc();
        desc.statistics = desc.representations = true;
        const std::vector<Executable> executables = ComputePipeline(context, desc).executables();
        REQUIRE(executables.size() == 1);
        const profile::Resources resources = profile::resources_of(executables);
        for (const profile::Resource resource : profile::kResources) {
            CAPTURE(profile::to_string(resource));
            CHECK(resources[resource]);
        }
        CHECK(resources[profile::Resource::registers]->name == "VGPRs");
        CHECK(resources[profile::Resource::registers]->value > 0);
        CHECK(resources[profile::Resource::shared]->value == 0);
        const auto stores = [](const Representation& form) { return form.text.find("buffer_store_dword") != std::string::npos; };
        CHECK(std::ranges::any_of(executables.front().representations, stores));
    }
}

}  // namespace heed::vk
