#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "models/shipped.h"
#include "models/translate/translator.h"
#include "models/vision/image_classifier.h"
#include "profile/summary.h"
#include "run/measure.h"
#include "support/device.h"
#include "support/own_cache.h"

namespace {

using namespace heed;

// Validation looks at every submit, on the host's time.
vk::Device unwatched_device() {
    return tests::open_device({.validation = vk::Validation::off});
}

// What is measured, and a stopwatch of the test's own around each round.
struct Watched {
    profile::Profile profile;
    std::vector<double> outside;  // seconds, of the rounds that count
};

Watched watch(vk::Device& device, profile::Recorder& recorder, const std::function<void()>& once) {
    const tests::OwnCache cache;  // for the roofs
    Watched out;
    const auto timed = [&] {
        const auto start = std::chrono::steady_clock::now();
        once();
        out.outside.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    };
    const MeasureOptions options{.subject = "a test", .rounds = 5, .warm_up = 1};
    out.profile = measure(device, recorder, timed, options);
    out.outside.erase(out.outside.begin(), out.outside.begin() + 2 * options.warm_up);
    return out;
}

bool inside(const profile::Interval& part, const profile::Interval& whole) {
    return part.begin >= whole.begin && part.end <= whole.end;
}

// Of a round, by the profile: what the device took, dispatch by dispatch or submit by submit, and what the host did besides its runs.
struct Account {
    double device = 0, host = 0;
};

Account account_of(const profile::Profile& profile, const profile::Round& round) {
    Account out{.device = 0, .host = round.host.seconds()};
    for (const profile::PlanSamples& plan : profile.plans) {
        for (const profile::RunSample& run : plan.runs) {
            if (run.isolated == round.isolated && inside(run.host, round.host)) {
                out.host -= run.host.seconds();
                const std::vector<profile::Interval>& parts = round.isolated ? run.dispatches : run.device;
                out.device = std::accumulate(parts.begin(), parts.end(), out.device,
                                             [](double sum, const profile::Interval& part) { return sum + part.seconds(); });
            }
        }
    }
    return out;
}

// By how much of a round the account and the stopwatch differ, in the round in which they differ least: what else the machine does may
// take its time from any of them.
double off_stopwatch(const Watched& watched, bool isolated) {
    double closest = 1;
    for (size_t i = 0; i < watched.profile.rounds.size(); ++i) {
        const profile::Round& round = watched.profile.rounds[i];
        if (round.isolated == isolated) {
            const Account account = account_of(watched.profile, round);
            closest = std::min(closest, std::abs(1 - (account.device + account.host) / watched.outside.at(i)));
        }
    }
    return closest;
}

// On a machine that is busy all the while a look at a later moment may be another.
Watched watch_until_calm(vk::Device& device, profile::Recorder& recorder, const std::function<void()>& once) {
    constexpr int kMoments = 4;
    Watched watched = watch(device, recorder, once);
    for (int i = 1; i < kMoments && std::max(off_stopwatch(watched, false), off_stopwatch(watched, true)) >= 0.05; ++i) {
        watched = watch(device, recorder, once);
    }
    return watched;
}

void check_profile(const Watched& watched) {
    REQUIRE(watched.profile.rounds.size() == 10);
    REQUIRE(watched.outside.size() == 10);
    for (const profile::PlanSamples& plan : watched.profile.plans) {
        CAPTURE(plan.name);
        const auto isolated = std::ranges::count_if(plan.runs, &profile::RunSample::isolated);
        CHECK(isolated > 0);
        CHECK(2 * isolated == static_cast<int64_t>(plan.runs.size()));
        for (const profile::DispatchSamples& dispatch : plan.dispatches) {
            CHECK(static_cast<int64_t>(dispatch.seconds.size()) == isolated);
            CHECK(!dispatch.op.empty());
            CHECK(!dispatch.shape.empty());
        }
    }
    if (watched.profile.device.timestamps) {
        CHECK(off_stopwatch(watched, false) < 0.05);
        CHECK(off_stopwatch(watched, true) < 0.05);
    }
}

}  // namespace

TEST_SUITE_BEGIN("device profile");

TEST_CASE("profile of a vision transformer: every dispatch once, and sums that a stopwatch agrees with") {
    vk::Device device = unwatched_device();
    profile::Recorder recorder;
    ImageClassifier classifier(device, shipped_model("vit-cifar10"), {.session = {.recorder = &recorder}});
    const io::Image picture{.width = 32, .height = 32, .channels = 3, .pixels = std::vector<uint8_t>(size_t{32} * 32 * 3, 100)};
    const Watched watched = watch_until_calm(device, recorder, [&] { classifier.answer(picture); });
    REQUIRE(watched.profile.plans.size() == 1);
    CHECK(watched.profile.plans[0].dispatches.size() > 40);
    check_profile(watched);
}

TEST_CASE("profile of a translation: its plans, as often as they ran, and sums that a stopwatch agrees with") {
    vk::Device device = unwatched_device();
    profile::Recorder recorder;
    Translator translator(device, open_translation_model(shipped_model("en-es")), {.session = {.recorder = &recorder}});
    const std::vector<std::string> texts{"I want to go to the cinema.", "My brother sold his red car.", "It is raining again.",
                                         "Who is she?"};
    size_t tokens = 0;
    const Watched watched =
        watch(device, recorder, [&] { tokens = translator.translate(texts, translator.model().generation)[0].best[0].ids.size(); });
    REQUIRE(watched.profile.plans.size() >= 2);
    const profile::Summary summary = profile::summary_of(watched.profile);
    double encoded = 0, steps = 0;
    for (size_t i = 0; i < summary.plans.size(); ++i) {
        const std::string& name = watched.profile.plans[i].name;
        CAPTURE(name);
        CHECK((name.starts_with("encode ") || name.starts_with("step of ")));
        (name.starts_with("encode ") ? encoded : steps) += summary.plans[i].runs;
    }
    CHECK(encoded >= 1);
    CHECK(steps >= static_cast<double>(tokens));
    check_profile(watched);
}

TEST_SUITE_END();
