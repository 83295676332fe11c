#include <doctest/doctest.h>

#include "support/made_up_profile.h"

namespace heed {
namespace {

using namespace profile;

bool within(const Interval& inner, const Interval& outer) {
    return outer.begin <= inner.begin && inner.begin < inner.end && inner.end <= outer.end;
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("made-up profile: runs lie in rounds, the device's times in runs, and an isolated run has a time for every dispatch") {
        for (const bool timestamps : {true, false}) {
            const Profile profile = tests::made_up_profile({.rounds = 3, .timestamps = timestamps});
            REQUIRE(profile.rounds.size() == 6);
            REQUIRE(profile.plans.size() == 3);
            CHECK(profile.plans[0].runs.size() == 6);
            CHECK(profile.plans[1].runs.size() == 18);
            for (const PlanSamples& plan : profile.plans) {
                for (const DispatchSamples& dispatch : plan.dispatches) {
                    CHECK(dispatch.seconds.size() == plan.runs.size() / 2);
                    CHECK(dispatch.kernel < plan.kernels.size());
                }
                for (const RunSample& run : plan.runs) {
                    CHECK(run.dispatches.size() == (run.isolated ? plan.dispatches.size() : 0));
                    CHECK(run.device.size() == (timestamps && plan.name != "grow 1x64" ? plan.submits : 0));
                    size_t rounds = 0;
                    for (const Round& round : profile.rounds) {
                        rounds += round.isolated == run.isolated && within(run.host, round.host) ? 1 : 0;
                    }
                    CHECK(rounds == 1);
                    for (const Interval& device : run.device) {
                        CHECK(within(device, run.host));
                    }
                    for (const Interval& dispatch : run.dispatches) {
                        CHECK(within(dispatch, run.host));
                    }
                }
            }
        }
    }
}

}  // namespace heed
