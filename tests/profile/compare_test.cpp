#include "profile/compare.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "base/error.h"
#include "support/made_up_profile.h"

namespace heed {
namespace {

using nlohmann::json;
using namespace profile;

constexpr int kOps = 10;

// How the measurements of a simulated profile come about.
struct Noise {
    size_t rounds = 20;      // of each kind
    double sigma = 0.05;     // of the logarithm
    double correlation = 0;  // of a round's noise with the round before
    bool tails = true;       // Student's t with 3 degrees of freedom, else normal
    int correlated = kOps;   // so many of the ops have it, and the rounds if all have
    double drift = 0;        // of the machine between two runs of the program: the logarithm's standard deviation
};

// One plan of a dispatch for each op, each op with noise of its own; the machine's factor is in everything.
class Simulated {
public:
    explicit Simulated(uint32_t seed) : random_(seed) {}

    Profile profile(const Noise& noise, double slower = 1) {
        const double machine = std::exp(noise.drift * normal_(random_));
        Profile out;
        PlanSamples& plan = out.plans.emplace_back();
        plan.kernels.resize(1);
        Noise independent = noise;
        independent.correlation = 0;
        for (int op = 0; op < kOps; ++op) {
            const Noise& own = op < noise.correlated ? noise : independent;
            plan.dispatches.push_back(
                {.op = text("op", op), .work = {1, 1}, .seconds = series(own, (op == 0 ? slower : 1) * machine * 1e-3)});
        }
        const std::vector<double> walls = series(noise.correlated == kOps ? noise : independent, machine * 0.1);
        Noise pace_noise = noise;
        pace_noise.sigma = 0.01;
        const std::vector<double> pace = series(pace_noise, machine);
        for (size_t i = 0; i < noise.rounds; ++i) {
            const double at = static_cast<double>(i);
            out.rounds.push_back({.isolated = false, .host = {at, at + walls[i]}, .pace = pace[i]});
            out.rounds.push_back({.isolated = true, .host = {at + 0.5, at + 0.9}, .pace = pace[i]});
            plan.runs.push_back({.isolated = true, .host = {at + 0.6, at + 0.8}});
        }
        return out;
    }

private:
    std::vector<double> series(const Noise& noise, double seconds) {
        std::vector<double> out;
        double value = noise.tails ? tails_(random_) : normal_(random_);
        const size_t before = noise.correlation > 0 ? 60 : 0;
        for (size_t i = 0; i < before + noise.rounds; ++i) {
            const double fresh = noise.tails ? tails_(random_) / std::sqrt(3) : normal_(random_);
            value = noise.correlation * value + std::sqrt(1 - noise.correlation * noise.correlation) * fresh;
            if (i >= before) {
                out.push_back(seconds * std::exp(noise.sigma * value));
            }
        }
        return out;
    }

    std::mt19937 random_;
    std::normal_distribution<double> normal_;
    std::student_t_distribution<double> tails_{3};
};

bool changed(const Change& change) {
    return change.verdict == Verdict::slower || change.verdict == Verdict::faster;
}

int false_changes(const Noise& noise, int pairs, uint32_t seed) {
    Simulated simulated(seed);
    int out = 0;
    for (int i = 0; i < pairs; ++i) {
        const Comparison comparison = compare(simulated.profile(noise), simulated.profile(noise), {.threshold = 0.02});
        const bool any = changed(comparison.rounds) || std::ranges::any_of(comparison.ops, changed);
        out += any ? 1 : 0;
        CHECK((any || !comparison.regressed()));
    }
    return out;
}

int found(const Noise& noise, double slower, int pairs, uint32_t seed) {
    Simulated simulated(seed);
    int out = 0;
    for (int i = 0; i < pairs; ++i) {
        const Comparison comparison = compare(simulated.profile(noise), simulated.profile(noise, slower));
        const auto op = std::ranges::find(comparison.ops, "op0", &Change::name);
        out += op->verdict == Verdict::slower ? 1 : 0;
    }
    return out;
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("compare: of profiles that differ by noise alone at most 5 of 100 have any op or round that seems changed") {
        const int pairs = 500;
        const int budget = pairs * 5 / 100;
        CHECK(false_changes({}, pairs, 1) <= budget);
        CHECK(false_changes({.tails = false}, pairs, 2) <= budget);
        CHECK(false_changes({.sigma = 0.2}, pairs, 3) <= budget);
        CHECK(false_changes({.correlation = 0.3}, pairs, 4) <= budget);
        CHECK(false_changes({.correlation = 0.6}, pairs, 5) <= budget);
        CHECK(false_changes({.correlation = 0.9}, pairs, 6) <= budget);
        CHECK(false_changes({.rounds = 50, .correlation = 0.6}, pairs, 7) <= budget);
        CHECK(false_changes({.rounds = 50, .correlation = 0.9}, pairs, 8) <= budget);
        CHECK(false_changes({.correlation = 0.7, .correlated = 1}, pairs, 12) <= budget);
        CHECK(false_changes({.correlation = 0.95, .correlated = 1}, pairs, 13) <= budget);
        CHECK(false_changes({.correlation = 0.8, .correlated = 4}, pairs, 14) <= budget);
        CHECK(false_changes({.rounds = 10}, pairs, 9) <= budget);
        CHECK(false_changes({.drift = 0.1}, pairs, 10) <= budget);
        CHECK(false_changes({.correlation = 0.5, .drift = 0.3}, pairs, 11) <= budget);
    }

    TEST_CASE("compare: a slow-down of 10 % or 30 % is found in 20 rounds of 5 % noise") {
        const int pairs = 300;
        CHECK(found({.tails = false}, 1.1, pairs, 21) >= pairs * 75 / 100);
        CHECK(found({.tails = false}, 1.3, pairs, 22) >= pairs * 90 / 100);
        CHECK(found({.rounds = 40, .tails = false}, 1.1, pairs, 23) >= pairs * 95 / 100);
        CHECK(found({}, 1.1, pairs, 24) >= pairs * 75 / 100);
        CHECK(found({.drift = 0.1}, 2.5, pairs, 25) >= pairs * 90 / 100);
    }

    TEST_CASE("compare: what is slower is named with its ratio, by op and by dispatch, and is a regression beyond the threshold") {
        const Profile before = tests::made_up_profile({.rounds = 20, .seed = 1});
        const Profile after = tests::made_up_profile({.rounds = 20, .seed = 2, .slower = {{"matmul", 1.3}, {"top_k", 0.5}}});
        const Comparison comparison = compare(before, after);
        CHECK(comparison.differences.empty());
        CHECK(comparison.regressed());
        CHECK(comparison.ops.size() == 6);
        const Change& top_k = comparison.ops[0];  // 2 is further from 1 than 1.3
        CHECK(top_k.name == "top_k");
        CHECK(top_k.verdict == Verdict::faster);
        CHECK(top_k.shift.ratio == doctest::Approx(0.5).epsilon(0.02));
        const Change& matmul = comparison.ops[1];
        CHECK(matmul.name == "matmul");
        CHECK(matmul.verdict == Verdict::slower);
        CHECK(matmul.shift.ratio == doctest::Approx(1.3).epsilon(0.02));
        CHECK(matmul.shift.least < matmul.shift.ratio);
        CHECK(matmul.shift.most > matmul.shift.ratio);
        CHECK(std::ranges::count_if(comparison.ops, changed) == 2);
        CHECK(comparison.dispatches.size() == 4 + 2 + 1);
        CHECK(std::ranges::all_of(comparison.dispatches, changed));
        CHECK(comparison.dispatches[0].name == "step 1 #4 top_k best");
        CHECK_FALSE(compare(before, after, {.threshold = 0.5}).regressed());
        CHECK_FALSE(compare(after, before, {.threshold = 1.5}).regressed());
        CHECK(compare(after, before, {.threshold = 0.5}).regressed());  // twice as slow
    }

    TEST_CASE("compare: a device that is slower at everything has not changed, and the comparison says how much slower it is") {
        for (const double machine : {1.15, 1 / 1.15}) {
            const Comparison comparison =
                compare(tests::made_up_profile({.rounds = 20}), tests::made_up_profile({.rounds = 20, .seed = 2, .machine = machine}));
            CHECK(comparison.pace.shift.ratio == doctest::Approx(machine).epsilon(0.01));
            CHECK_FALSE(comparison.regressed());
            CHECK(std::ranges::none_of(comparison.ops, changed));
            CHECK_FALSE(changed(comparison.rounds));
            CHECK(comparison_text(comparison).find(machine > 1 ? "took 1.1" : "took 0.8") != std::string::npos);
        }
        // Slower by less than the machine is faster: nobody can tell.
        const Profile faster = tests::made_up_profile({.rounds = 20, .seed = 2, .slower = {{"matmul", 1.3}}, .machine = 0.85});
        CHECK_FALSE(compare(tests::made_up_profile({.rounds = 20}), faster).regressed());
        // Slower by much more than the machine is.
        const Profile slower = tests::made_up_profile({.rounds = 20, .seed = 2, .slower = {{"matmul", 1.6}}, .machine = 1.15});
        const Comparison comparison = compare(tests::made_up_profile({.rounds = 20}), slower);
        REQUIRE(comparison.ops[0].name == "matmul");
        CHECK(comparison.ops[0].verdict == Verdict::slower);
        CHECK(comparison.ops[0].beyond == doctest::Approx(1.6).epsilon(0.03));
    }

    TEST_CASE("compare: too few runs, ops and plans that only one of them has, and measurements that are missing") {
        const Profile full = tests::made_up_profile({.rounds = 20});
        const Profile few = tests::made_up_profile({.rounds = 4, .slower = {{"matmul", 2}}});
        Comparison comparison = compare(full, few);
        CHECK(std::ranges::all_of(comparison.ops, [](const Change& op) { return op.verdict == Verdict::too_few; }));
        CHECK(comparison.rounds.verdict == Verdict::too_few);
        CHECK_FALSE(comparison.regressed());

        Profile other = tests::made_up_profile({.rounds = 20, .seed = 3, .slower = {{"matmul", 1.5}}});
        other.plans[1].dispatches[4].op = "argmax";
        comparison = compare(full, other);
        const auto verdict = [&](const char* name) { return std::ranges::find(comparison.ops, name, &Change::name)->verdict; };
        CHECK(verdict("top_k") == Verdict::only_before);
        CHECK(verdict("argmax") == Verdict::only_after);
        CHECK(verdict("matmul") == Verdict::slower);
        CHECK(comparison.dispatches.size() == 4);  // of the plan whose dispatches are the same

        for (Round& round : other.rounds) {
            round.pace = 0;
        }
        other.plans[1].dispatches[4].seconds.assign(60, 0);
        comparison = compare(full, other);
        CHECK(verdict("argmax") == Verdict::only_after);
        CHECK(verdict("matmul") == Verdict::slower);
        CHECK(comparison_text(comparison).find("The machine itself was not timed in both") != std::string::npos);
        CHECK(compare(Profile{}, Profile{}).ops.empty());
        CHECK(comparison_text(compare(Profile{}, Profile{})).find("Nothing got slower by more than 5 %.") != std::string::npos);
    }

    TEST_CASE("compare: another device is refused unless it is allowed; what else differs is named") {
        const Profile before = tests::made_up_profile({.rounds = 8});
        Profile after = tests::made_up_profile({.rounds = 8, .seed = 2});
        after.device.name = "Another";
        after.device.driver = "made-up driver 2";
        after.subject = "another text";
        after.device.timestamps = false;
        after.plans[0].dispatches[0].work.flops *= 2;
        try {
            compare(before, after);
            FAIL("compared");
        } catch (const Error& error) {
            CHECK(error.kind == ErrorKind::bad_input);
            CHECK(std::string(error.what()) ==
                  "compare: expected two profiles of one device, got one of Made-up Device 9 and one of Another");
        }
        const Comparison comparison = compare(before, after, {.allow_other_device = true});
        std::vector<std::string> what;
        std::ranges::transform(comparison.differences, std::back_inserter(what), &Difference::what);
        CHECK(what == std::vector<std::string>{"device", "driver", "clock of dispatches", "subject", "work of a round"});
        CHECK(comparison.differences[1].after == "made-up driver 2");
        CHECK(comparison_text(comparison).starts_with("Another device: Made-up Device 9, Another\n"));
        CHECK_THROWS_WITH_AS(compare(before, before, {.threshold = -0.1}), "compare: expected a threshold of 0 or more, got -0.1", Error);
        CHECK_THROWS_AS(compare(before, before, {.threshold = NAN}), Error);
    }

    TEST_CASE("compare: the text fits 100 columns whatever names are like; the JSON has all of it") {
        Profile before = tests::made_up_profile({.rounds = 20}),
                after = tests::made_up_profile({.rounds = 20, .seed = 2, .slower = {{"matmul", 1.3}}});
        const std::string accented(150, '-');
        before.subject = "\xc3\xa9" + accented;
        after.subject = accented + "\n\xe2\x86\x92";
        before.device.driver = accented;
        for (Profile* profile : {&before, &after}) {
            profile->plans[1].name = "\xe6\xad\xa5" + accented;
        }
        const Comparison comparison = compare(before, after);
        const std::string words = comparison_text(comparison);
        size_t longest = 0, columns = 0;
        for (const char c : words) {
            columns = c == '\n' ? 0 : columns + ((static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0);
            longest = std::max(longest, columns);
        }
        CHECK(longest <= 100);
        CHECK(longest > 85);
        CHECK(words.find("matmul ") != std::string::npos);
        CHECK(words.find("Slower by more than 5 %: matmul and 7 more.") != std::string::npos);

        const json document = json::parse(comparison_json(comparison));
        CHECK(document["schema"] == "heed-comparison");
        CHECK(document["regressed"] == true);
        CHECK(document["threshold_percent"].get<double>() == doctest::Approx(5));
        CHECK(document["ops"].size() == 6);
        CHECK(document["ops"][0]["name"] == "matmul");
        CHECK(document["ops"][0]["verdict"] == "slower");
        CHECK(document["ops"][0]["ratio"].get<double>() == doctest::Approx(1.3).epsilon(0.02));
        CHECK(document["ops"][0]["interval"].size() == 2);
        CHECK(document["ops"][0]["p"].get<double>() < 0.05);
        CHECK(document["ops"][0]["before"]["count"] == 20);
        CHECK(document["dispatches"].size() == 6);
        CHECK(document["differences"][0]["what"] == "driver");
        CHECK(document["pace"]["ratio"].get<double>() == doctest::Approx(1).epsilon(0.01));
        const json few =
            json::parse(comparison_json(compare(tests::made_up_profile({.rounds = 1}), tests::made_up_profile({.rounds = 1}))));
        CHECK(few["ops"][0]["interval"].is_null());
        CHECK(few["regressed"] == false);
    }
}

}  // namespace heed
