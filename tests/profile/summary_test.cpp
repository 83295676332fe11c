#include "profile/summary.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/made_up_profile.h"

namespace heed {
namespace {

using namespace profile;

// Two rounds of each kind, one second each: in every one plan "a" runs once and "b" twice. Dispatch times are whole seconds.
Profile two_plans() {
    Profile out;
    out.roofs = {.flops_f32 = 10, .memory = {{1, 4}, {1000, 4}}, .dispatch_seconds = 0.5};
    out.plans.resize(2);
    out.plans[0] = {.name = "a", .kernels = {{.name = "mul_f32"}, {.name = "add_f32"}}};
    out.plans[0].dispatches = {{.op = "mul", .kernel = 0, .work = {20, 4}, .seconds = {4, 8}},
                               {.op = "add", .kernel = 1, .work = {0, 8}, .seconds = {2, 2}}};
    out.plans[1] = {.name = "b", .kernels = {{.name = "mul_wide_f32"}}};
    out.plans[1].dispatches = {{.op = "mul", .kernel = 0, .work = {0, 0}, .seconds = {1, 2, 3, 4}}};
    for (int i = 0; i < 4; ++i) {
        const bool isolated = i % 2 == 1;
        const double at = 10 + i;
        out.rounds.push_back({.isolated = isolated, .host = {at, at + 1}, .pace = 2});
        const auto run = [&](double begin, double end) {
            return RunSample{.isolated = isolated,
                             .host = {at + begin, at + end},
                             .submitted = at + begin + 0.05,
                             .device = {{at + begin, at + end - 0.1}, {at + begin, at + end - 0.15}}};
        };
        out.plans[0].runs.push_back(run(0, 0.2));
        out.plans[1].runs.push_back(run(0.2, 0.4));
        out.plans[1].runs.push_back(run(0.5, 0.7));
        out.phases.push_back({.name = "wait", .time = {at + 0.1, at + 0.2}});
        out.phases.push_back({.name = "wait", .time = {at + 0.3, at + 0.4}});
    }
    out.phases.push_back({.name = "load", .time = {1, 4}});
    return out;
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("summary: a phase's own time leaves out what lies in it, on its thread") {
        Profile profile = two_plans();
        profile.phases.clear();
        const double at = profile.rounds[0].host.begin;
        profile.phases = {{.name = "wait", .time = {at + 0.1, at + 0.3}},
                          {.name = "read", .time = {at + 0.2, at + 0.3}},
                          {.name = "wait", .time = {at + 0.4, at + 0.5}},
                          {.name = "search", .time = {at, at + 0.8}},
                          {.name = "wait", .time = {at, at + 0.8}, .thread = 7}};
        const Summary summary = summary_of(profile);
        REQUIRE(summary.phases.size() == 3);
        CHECK(summary.phases[0].name == "wait");
        CHECK(summary.phases[0].round.most == doctest::Approx(0.2 + 0.1 + 0.8));
        CHECK(summary.phases[0].own.most == doctest::Approx(0.1 + 0.1 + 0.8));
        CHECK(summary.phases[2].name == "search");
        CHECK(summary.phases[2].own.most == doctest::Approx(0.8 - 0.2 - 0.1));
    }

    TEST_CASE("summary: what an op takes is summed up over its dispatches and runs within each isolated round") {
        const Summary summary = summary_of(two_plans());
        REQUIRE(summary.ops.size() == 2);
        CHECK(summary.ops[0].name == "mul");
        CHECK(summary.ops[0].dispatches == 2);
        CHECK(summary.ops[0].rounds == std::vector<double>{4 + 1 + 2, 8 + 3 + 4});
        CHECK(summary.ops[0].round.median == 11);
        CHECK(summary.sum.least == 9);
        CHECK(summary.sum.most == 17);
        CHECK(summary.plans[0].sum.median == 8);
        CHECK(summary.ops[1].name == "add");
        CHECK(summary.ops[1].rounds == std::vector<double>{2, 2});
        REQUIRE(summary.kernels.size() == 3);
        CHECK(summary.kernels[0].name == "mul_f32");
        CHECK(summary.kernels[1].name == "mul_wide_f32");
        CHECK(summary.kernels[1].rounds == std::vector<double>{3, 7});
    }

    TEST_CASE("summary: a dispatch is rated by its median, its bound, and how often its plan runs") {
        const Summary summary = summary_of(two_plans());
        const DispatchSummary& mul = summary.plans[0].dispatches[0];
        CHECK(mul.isolated.median == 6);
        CHECK(mul.runs == 1);
        CHECK(mul.rating.bound.limit == Limit::compute);
        CHECK(mul.rating.bound.seconds == 2);
        CHECK(mul.rating.roof == doctest::Approx(2.0 / 6));
        CHECK(mul.rating.flops_per_second == doctest::Approx(20.0 / 6));
        CHECK(mul.rating.bytes_per_second == doctest::Approx(4.0 / 6));
        CHECK(mul.intensity == 5);
        const DispatchSummary& wide = summary.plans[1].dispatches[0];
        CHECK(wide.runs == 2);
        CHECK(wide.seconds == 5);
        CHECK(wide.rating.bound.limit == Limit::launch);
        CHECK(wide.intensity == 0);
        CHECK(summary.dispatch_seconds == 6 + 2 + 5);
        CHECK(wide.share == doctest::Approx(5.0 / 13));
        CHECK(summary.ops[0].share == doctest::Approx(11.0 / 13));
        // Two seconds of compute at the least, and twice half a second of launching.
        CHECK(summary.ops[0].rating.bound.limit == Limit::compute);
        CHECK(summary.ops[0].rating.bound.seconds == 3);
        CHECK(summary.ops[0].rating.roof == doctest::Approx(3.0 / 11));
    }

    TEST_CASE("summary: plans, rounds, phases, and the share of the time that the device was at work") {
        Profile profile = two_plans();
        Summary summary = summary_of(profile);
        CHECK(summary.plans[0].concurrent.count == 2);
        CHECK(summary.plans[0].concurrent.median == doctest::Approx(0.2));
        CHECK(summary.plans[0].submit.median == doctest::Approx(0.05));
        CHECK(summary.plans[0].dispatch_seconds == 8);
        CHECK(summary.plans[0].busy.value() == doctest::Approx(0.5));  // what two submits cover together
        CHECK(summary.plans[1].isolated.count == 4);
        CHECK(summary.concurrent.median == doctest::Approx(1));
        CHECK(summary.pace.count == 4);
        CHECK(summary.busy.value() == doctest::Approx(0.3));
        REQUIRE(summary.phases.size() == 2);
        CHECK(summary.phases[0].name == "wait");
        CHECK(summary.phases[0].count == 8);
        CHECK(summary.phases[0].before == 0);
        CHECK(summary.phases[0].round.count == 2);
        CHECK(summary.phases[0].round.median == doctest::Approx(0.2));
        CHECK(summary.phases[1].before == doctest::Approx(3));
        CHECK(summary.phases[1].round.most == 0);
        profile.plans[1].runs[0].device.clear();
        summary = summary_of(profile);
        CHECK(summary.plans[0].busy.has_value());
        CHECK_FALSE(summary.plans[1].busy.has_value());
        CHECK_FALSE(summary.busy.has_value());
    }

    TEST_CASE("summary: runs outside all rounds count for their dispatches alone; without rounds runs are rounds by their order") {
        Profile profile = two_plans();
        profile.rounds.pop_back();  // as when it was interrupted
        Summary summary = summary_of(profile);
        CHECK(summary.ops[0].rounds == std::vector<double>{7});
        CHECK(summary.plans[0].dispatches[0].isolated.count == 2);
        CHECK(summary.plans[1].dispatches[0].runs == 2);
        profile.rounds.clear();
        profile.plans.resize(1);
        summary = summary_of(profile);
        CHECK(summary.ops[0].rounds == std::vector<double>{4, 8});
        CHECK(summary.plans[0].dispatches[0].runs == 1);
        CHECK(summary.phases[0].before == doctest::Approx(0.8));
        CHECK(summary_of(Profile{}).ops.empty());
    }

    TEST_CASE("summary: shares add up to one, and nothing is lost between dispatches, ops and kernels") {
        const Profile profile = tests::made_up_profile();
        const Summary summary = summary_of(profile);
        for (const std::vector<GroupSummary>& groups : {summary.ops, summary.kernels}) {
            double share = 0;
            size_t dispatches = 0;
            for (const GroupSummary& group : groups) {
                share += group.share;
                dispatches += group.dispatches;
                CHECK(group.round.count == 6);
                CHECK(group.rating.roof == doctest::Approx(0.5).epsilon(0.1));  // as they were made up
            }
            CHECK(share == doctest::Approx(1));
            CHECK(dispatches == 13);
            CHECK(std::ranges::is_sorted(groups, std::ranges::greater(), [](const GroupSummary& group) { return group.round.median; }));
        }
        CHECK(summary.plans[1].runs == 3);
        CHECK_FALSE(summary.busy.has_value());
    }
}

}  // namespace heed
