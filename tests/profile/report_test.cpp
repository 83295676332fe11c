#include "profile/report/report.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>

#include "io/file.h"
#include "profile/summary.h"
#include "support/encoder_profile.h"
#include "support/made_up_profile.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace profile;
using tests::contains;

const std::string kHostile = "</script><script>failed=1</script><b>\"'& {{data}} \u0643\u062a\u0627\u0628 \u2028";

// Code wherever a name can come from a model, a driver or a file.
Profile hostile_profile() {
    Profile profile = tests::made_up_profile();
    profile.subject = "subject " + kHostile;
    profile.notes = {"note " + kHostile, "no text: \xff"};
    profile.device.name = "device " + kHostile;
    profile.device.software = true;
    PlanSamples& plan = profile.plans[1];
    plan.name = "plan " + kHostile;
    for (DispatchSamples& dispatch : plan.dispatches) {
        dispatch.name = dispatch.shape = "shape " + kHostile;
    }
    plan.kernels[1].name = "kernel " + kHostile;
    plan.kernels[1].executables[0].statistics[0] = {"statistic " + kHostile, "value " + kHostile, "about " + kHostile};
    plan.tensors[0].name = "tensor " + kHostile;
    profile.phases[0].name = "phase " + kHostile;
    return profile;
}

nlohmann::json data_of(const std::string& page) {
    const std::string begin = "id=\"profile\">";
    const size_t from = page.find(begin) + begin.size();
    return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

size_t count(const std::string& text, const std::string& what) {
    size_t out = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++out;
    }
    return out;
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("report: every dispatch of every plan is on it once, with the figures of the summary") {
        const Profile profile = tests::made_up_profile();
        const Summary summary = summary_of(profile);
        const nlohmann::json data = data_of(report_page(profile));
        CHECK(data["subject"] == profile.subject);
        REQUIRE(data["plans"].size() == 3);
        for (size_t p = 0; p < 3; ++p) {
            const nlohmann::json& plan = data["plans"][p];
            REQUIRE(plan["dispatches"].size() == profile.plans[p].dispatches.size());
            CHECK(plan["runs"].size() == profile.plans[p].runs.size());
            for (size_t d = 0; d < plan["dispatches"].size(); ++d) {
                const nlohmann::json& dispatch = plan["dispatches"][d];
                const DispatchSummary& expected = summary.plans[p].dispatches[d];
                CHECK(dispatch["name"] == profile.plans[p].dispatches[d].name);
                CHECK(dispatch["samples"].size() == profile.plans[p].dispatches[d].seconds.size());
                CHECK(dispatch["times"][2] == doctest::Approx(expected.isolated.median));
                CHECK(dispatch["share"] == doctest::Approx(expected.share));
                CHECK(dispatch["rating"]["roof"] == doctest::Approx(expected.rating.roof));
                CHECK(dispatch["rating"]["limit"] == to_string(expected.rating.bound.limit));
            }
        }
        CHECK(data["plans"][0]["kernels"][0]["resources"][0][0] == "registers");
        CHECK(data["rounds"].size() == profile.rounds.size());
        CHECK(data["phases"].size() == profile.phases.size());
        CHECK(data["every"] == nlohmann::json({1, 1}));
    }

    TEST_CASE("report: the times on its timeline are those of the runs, to a nanosecond") {
        const Profile profile = tests::made_up_profile();
        const RunSample& run = profile.plans[0].runs[1];
        REQUIRE(run.isolated);
        const nlohmann::json shown = data_of(report_page(profile))["plans"][0]["runs"][1];
        CHECK(shown[0] == 1);
        CHECK(std::abs(shown[1].get<double>() - 1e9 * run.host.begin) <= 0.5);
        double at = shown[1].get<double>();
        REQUIRE(shown[5].size() == 2 * run.dispatches.size());
        for (size_t i = 0; i < run.dispatches.size(); ++i) {
            at += shown[5][2 * i].get<double>();
            CHECK(std::abs(at - 1e9 * run.dispatches[i].begin) <= 1);
            at += shown[5][2 * i + 1].get<double>();
            CHECK(std::abs(at - 1e9 * run.dispatches[i].end) <= 1);
        }
    }

    TEST_CASE("report: one file that asks for nothing, and no name becomes a part of it") {
        const std::string page = report_page(hostile_profile());
        CHECK(count(page, "<script") == 2);
        CHECK(count(page, "</script>") == 2);
        CHECK(count(page, "://") == count(page, "http://www.w3.org/2000/svg"));
        CHECK(contains(page, "<title>Profile of subject &lt;/script&gt;"));
        CHECK(contains(page, "default-src 'none'"));
        const nlohmann::json data = data_of(page);
        CHECK(data["plans"][1]["name"] == "plan " + kHostile);
        CHECK(data["plans"][1]["kernels"][1]["executables"][0]["statistics"][0][1] == "value " + kHostile);
    }

    TEST_CASE("report: thousands of dispatches and a hundred rounds are less than 10 MB, and of more some are left out") {
        const Profile large = tests::encoder_profile({.layers = 120, .rounds = 200});
        const std::string page = report_page(large);
        CHECK(page.size() < 10'000'000);
        CHECK(data_of(page)["every"] == nlohmann::json({1, 1}));
        Profile larger = tests::made_up_profile();
        DispatchSamples& dispatch = larger.plans[0].dispatches[2];
        while (dispatch.seconds.size() < 900'000) {
            dispatch.seconds.insert(dispatch.seconds.end(), dispatch.seconds.begin(), dispatch.seconds.end());
        }
        const nlohmann::json data = data_of(report_page(larger));
        const size_t every = data["every"][0], shown = data["plans"][0]["dispatches"][2]["samples"].size();
        CHECK(every > 1);
        CHECK(shown == (dispatch.seconds.size() + every - 1) / every);
        CHECK(data["plans"][0]["dispatches"][2]["times"][0] == dispatch.seconds.size());
    }

    TEST_CASE("report: of nothing, and of what a device without timestamps gives, there is a page too") {
        CHECK(data_of(report_page({}))["plans"].empty());
        const nlohmann::json data = data_of(report_page(tests::made_up_profile({.timestamps = false})));
        CHECK(data["device"]["timestamps"] == false);
        CHECK(data["summary"]["busy"].is_null());
    }

    // For tests/browser, which opens them: HEED_REPORTS is a folder.
    TEST_CASE("report: pages to be opened") {
        const char* folder = std::getenv("HEED_REPORTS");
        const auto write = [&](const char* name, const Profile& profile) {
            const std::string page = report_page(profile);
            REQUIRE(page.size() > 10'000);
            if (folder != nullptr) {
                io::write_file(std::filesystem::path(folder) / name, std::as_bytes(std::span(page)));
            }
        };
        write("encoder.html", tests::encoder_profile());
        write("translator.html", tests::made_up_profile());
        write("hostile.html", hostile_profile());
        write("untimed.html", tests::encoder_profile({.layers = 1, .rounds = 6, .timestamps = false}));
        write("nothing.html", {});
    }
}

}  // namespace heed
