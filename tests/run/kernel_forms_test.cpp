#include "run/kernel_forms.h"

#include <doctest/doctest.h>

#include "ops/ops.h"
#include "run/session.h"
#include "support/device.h"

using namespace heed;

TEST_SUITE_BEGIN("device run");

TEST_CASE("kernel forms: what the driver shows is added to a plan's kernels, and nothing where it shows none") {
    Graph graph;
    graph.output("y", unary(graph.input("x", {64}), Activation::relu));
    profile::Recorder recorder;
    Session session(tests::device(), graph, {.recorder = &recorder});
    std::vector<profile::PlanSamples> plans{session.profile()};
    REQUIRE(plans[0].kernels.size() == 1);
    add_forms(tests::device(), plans);
    if (!tests::device().caps().executable_properties) {
        CHECK(plans[0].kernels[0].executables.empty());
        return;
    }
    REQUIRE(!plans[0].kernels[0].executables.empty());
    for (const Executable& executable : plans[0].kernels[0].executables) {
        CHECK(!executable.name.empty());
        for (const Representation& form : executable.representations) {
            CHECK(!form.name.empty());
        }
    }
    plans[0].kernels[0].name = "no such kernel";
    plans[0].kernels[0].executables.clear();
    add_forms(tests::device(), plans);
    CHECK(plans[0].kernels[0].executables.empty());
}

TEST_SUITE_END();
