#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "support/device.h"
#include "vk/kit.h"
#include "vk/pipelines.h"

namespace heed::vk {

namespace {

// What holds whoever compiled it: the kernel stores numbers by one invocation each, so there is code and someone counted it.
void check_executables(const std::vector<Executable>& executables) {
    REQUIRE_FALSE(executables.empty());
    for (const Executable& executable : executables) {
        CHECK_FALSE(executable.name.empty());
        CHECK(executable.subgroup_size > 0);
        CHECK_FALSE(executable.statistics.empty());
        for (const Statistic& s : executable.statistics) {
            CAPTURE(s.name);
            CHECK_FALSE(s.name.empty());
            CHECK_FALSE(s.text.empty());
        }
    }
}

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("executables: what the compiler tells, where the driver has it") {
        Context& context = tests::device().context();
        PipelineDesc desc = tests::scale_desc();
        CHECK(ComputePipeline(context, desc).executables().empty());
        desc.statistics = true;
        const std::vector<Executable> executables = ComputePipeline(context, desc).executables();
        CHECK(executables.empty() == !context.caps().executable_properties);
        CHECK(std::ranges::all_of(executables, [](const Executable& e) { return e.representations.empty(); }));
        desc.statistics = false;
        desc.representations = true;
        CHECK(ComputePipeline(context, desc).executables().empty() == !context.caps().executable_properties);
    }

    TEST_CASE("executables: asking makes a pipeline of its own only where there is an answer") {
        Context& context = tests::device().context();
        const ComputePipeline& plain = context.pipelines().get(tests::scale_desc(79));
        PipelineDesc desc = tests::scale_desc(79);
        desc.statistics = true;
        const ComputePipeline& asked = context.pipelines().get(desc);
        CHECK((&asked == &plain) == !context.caps().executable_properties);
        desc.representations = true;
        CHECK((&context.pipelines().get(desc) == &asked) == !context.caps().executable_properties);
    }
}

}  // namespace heed::vk
