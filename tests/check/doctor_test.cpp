#include <doctest/doctest.h>

#include "base/error.h"
#include "check/doctor.h"
#include "ops/ops.h"
#include "run/notes.h"
#include "support/device.h"
#include "support/own_cache.h"

namespace {

using namespace heed;

const check::DoctorRow* find_row(const check::DoctorReport& report, const std::string& kernel) {
    for (const check::DoctorRow& row : report.rows) {
        if (row.kernel == kernel) {
            return &row;
        }
    }
    return nullptr;
}

std::string first_kernel(const Plan& plan) {
    return std::string(plan.steps.at(0).dispatch.kernel->name);
}

Graph product() {
    Graph graph;
    graph.output("y", matmul(graph.input("a", {33, 40}), graph.input("b", {40, 24})));
    return graph;
}

}  // namespace

TEST_SUITE_BEGIN("device check");

TEST_CASE("a healthy device has a row a kernel, all good") {
    const check::DoctorReport report = check::examine(tests::device(), {.only = {"reduce", "argmax"}, .replays = 3});
    CHECK(report.healthy());
    CHECK(report.quarantined.empty());
    CHECK(report.rows.size() >= 3);
    for (const check::DoctorRow& row : report.rows) {
        CHECK_MESSAGE(row.good(), row.first_failure);
        CHECK(row.cases > 0);
    }
}

TEST_CASE("a kernel that is wrong is quarantined, and another is taken from then on") {
    const tests::OwnCache cache;
    Device& device = tests::device();
    const Graph graph = product();
    const Plan usual = compile(graph, device.caps());
    const std::string bad = first_kernel(usual);
    const check::DoctorReport report = check::examine(device, {.only = {"matmul"}, .pretend_wrong = {bad}, .replays = 1});
    REQUIRE(find_row(report, bad) != nullptr);
    CHECK(!find_row(report, bad)->good());
    CHECK(report.quarantined == std::set<std::string>{bad});
    if (device.caps().subgroup_size == 1) {  // without subgroups there is one strategy for many rows
        CHECK(!report.healthy());
        CHECK_THROWS_WITH_AS(compile(graph, device.caps(), {.kernels = {.strategy = {}, .quarantined = {bad}}}),
                             doctest::Contains((bad + " is quarantined").c_str()), Error);
        return;
    }
    CHECK(report.healthy());  // another strategy computes every case

    save_notes(device.caps(), {.quarantined = report.quarantined, .roofs = {}});
    CHECK(load_notes(device.caps()).quarantined == report.quarantined);
    const Session session(device, graph);
    CHECK(first_kernel(session.plan()) != bad);
    REQUIRE(!session.plan().notes.empty());
    CHECK_MESSAGE(session.plan().notes[0].find(bad + " is quarantined") != std::string::npos, session.plan().notes[0]);

    Caps updated = device.caps();
    updated.driver_version += 1;
    CHECK(load_notes(updated).quarantined.empty());
    save_notes(device.caps(), {});
}

TEST_CASE("several devices share the work, and the report is that of one") {
    Device again = open_device();
    const check::DoctorOptions options{.only = {"reduce", "softmax"}, .pretend_wrong = {"reduce_rows_f32"}, .replays = 1};
    check::DoctorOptions shared = options;
    shared.more = {&again};
    const check::DoctorReport alone = check::examine(tests::device(), options);
    const check::DoctorReport together = check::examine(tests::device(), shared);
    CHECK(together.quarantined == alone.quarantined);
    CHECK(together.without_cure == alone.without_cure);
    REQUIRE(together.rows.size() == alone.rows.size());
    for (size_t i = 0; i < alone.rows.size(); ++i) {
        CHECK(together.rows[i].kernel == alone.rows[i].kernel);
        CHECK(together.rows[i].cases == alone.rows[i].cases);
        CHECK(together.rows[i].worst_error == alone.rows[i].worst_error);
        CHECK(together.rows[i].first_failure == alone.rows[i].first_failure);
    }
}

TEST_CASE("with no good kernel left the device is not healthy") {
    std::set<std::string> all;
    for (const Kernel& kernel : kernels()) {
        if (kernel.op == "reduce") {
            all.insert(std::string(kernel.name));
        }
    }
    const check::DoctorReport report = check::examine(tests::device(), {.only = {"reduce"}, .pretend_wrong = all, .replays = 1});
    CHECK(!report.healthy());
    CHECK(!report.without_cure.empty());
}

TEST_SUITE_END();
