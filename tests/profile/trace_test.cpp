#include "profile/trace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "support/made_up_profile.h"

namespace heed {
namespace {

using nlohmann::json;
using namespace profile;

struct Slice {
    int64_t begin, end;  // nanoseconds
    std::string name;
    json args;
};

// What a viewer makes of a trace.
struct Viewed {
    std::map<std::string, std::map<std::string, std::vector<Slice>>> tracks;  // by process, by track
    std::map<std::string, std::vector<double>> counters;
    json about;
};

Viewed viewed(const Profile& profile) {
    const json trace = json::parse(to_trace(profile));
    CHECK(trace["displayTimeUnit"] == "ns");
    Viewed out{.about = trace["otherData"]};
    std::map<int, std::string> processes;
    std::map<std::pair<int, int>, std::string> threads;
    std::set<std::pair<int, int>> sorted;
    for (const json& event : trace["traceEvents"]) {
        const std::pair track{event["pid"].get<int>(), event.value("tid", 0)};
        const std::string& name = event["name"].get_ref<const std::string&>();
        if (event["ph"] == "M") {
            if (name == "process_name") {
                processes[track.first] = event["args"]["name"];
            } else if (name == "thread_name") {
                CHECK(threads.emplace(track, event["args"]["name"]).second);
            } else {
                CHECK(event["args"]["sort_index"].is_number());
                sorted.insert(track);
            }
        } else if (event["ph"] == "C") {
            out.counters[name].push_back(event["args"]["bytes"]);
        } else {
            REQUIRE(event["ph"] == "X");
            REQUIRE(threads.contains(track));  // its name came before
            REQUIRE(sorted.contains(track));
            const int64_t begin = std::llround(event["ts"].get<double>() * 1000), length = std::llround(event["dur"].get<double>() * 1000);
            CHECK(event["ts"].get<double>() == static_cast<double>(begin) / 1000);
            out.tracks[processes.at(track.first)][threads.at(track)].push_back({begin, begin + length, name, event["args"]});
        }
    }
    return out;
}

// Whether any two slices are disjoint or nested, as viewers want them; O(n^2), obviously.
bool nested(const std::vector<Slice>& slices) {
    return std::ranges::all_of(slices, [&](const Slice& a) {
        return std::ranges::all_of(slices, [&](const Slice& b) {
            const bool apart = a.end <= b.begin || b.end <= a.begin;
            return apart || (a.begin <= b.begin && b.end <= a.end) || (b.begin <= a.begin && a.end <= b.end);
        });
    });
}

void check_nested(const Viewed& view) {
    for (const auto& [process, tracks] : view.tracks) {
        for (const auto& [track, slices] : tracks) {
            CHECK_MESSAGE(nested(slices), process, ": ", track);
            CHECK_MESSAGE(std::ranges::is_sorted(slices, {}, &Slice::begin), process, ": ", track);
        }
    }
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("profile trace: a track for each thread, one for rounds, and the device's own") {
        const Viewed view = viewed(tests::made_up_profile({.rounds = 2}));
        check_nested(view);
        REQUIRE(view.tracks.size() == 2);
        const auto& host = view.tracks.at("host");
        CHECK(host.size() == 3);
        CHECK(host.at("rounds").size() == 4);
        CHECK(host.at("rounds")[1].name == "round 2, isolated");
        CHECK(host.at("thread 1").front().name == "load");
        CHECK(host.at("thread 1")[1].name == "session");  // around "compile", so before it
        CHECK(host.at("thread 2").size() == 1);
        CHECK(host.at("thread 2")[0].args["detail"] == "the next text");
        const auto& device = view.tracks.at("device Made-up Device 9");
        CHECK(device.size() == 4);
        CHECK(device.at("concurrent submits").size() == 2 * (1 + 3 * 2));
        CHECK(device.at("concurrent submits")[1].name == "step 1, submit 1 of 2");
        CHECK(device.at("concurrent runs, by the host's clock").size() == 2);
        CHECK(device.at("isolated dispatches").size() == 2 * (7 + 3 * 5));
        CHECK(device.at("isolated dispatches, by the host's clock").size() == 2);
        CHECK(view.about["device"] == "Made-up Device 9");
    }

    TEST_CASE("profile trace: a dispatch's slice is as long as it took and says what it does and how fast it was") {
        const Profile profile = tests::made_up_profile({.rounds = 2});
        const Viewed view = viewed(profile);
        const Slice& matmul = view.tracks.at("device Made-up Device 9").at("isolated dispatches")[2];
        const DispatchSamples& dispatch = profile.plans[0].dispatches[2];
        CHECK(matmul.name == "matmul");
        CHECK(static_cast<double>(matmul.end - matmul.begin) == doctest::Approx(dispatch.seconds[0] * 1e9).epsilon(1e-4));
        CHECK(matmul.begin == std::llround(profile.plans[0].runs[1].dispatches[2].begin * 1e9));
        CHECK(matmul.args["op"] == "matmul");
        CHECK(matmul.args["kernel"] == "matmul_tiled_f32");
        CHECK(matmul.args["shape"] == dispatch.shape);
        CHECK(matmul.args["constants"] == json{256, 64, 64, 16});
        CHECK(matmul.args["grid"] == json{24, 3, 1});
        CHECK(matmul.args["GFLOP/s"].get<double>() == doctest::Approx(dispatch.work.flops / dispatch.seconds[0] / 1e9));
        CHECK(matmul.args["GB/s"].get<double>() == doctest::Approx(dispatch.work.bytes / dispatch.seconds[0] / 1e9));
        CHECK(matmul.args["percent of the roof"].get<double>() == doctest::Approx(50).epsilon(0.2));
        CHECK(matmul.args["bound"] == to_string(bound_of(profile.roofs, dispatch.work).limit));
    }

    TEST_CASE("profile trace: counters of device memory and of the scratch memory that dispatches need") {
        const Viewed view = viewed(tests::made_up_profile({.rounds = 1}));
        CHECK(view.counters.at("device memory at most") == std::vector<double>{132243552});
        const std::vector<double>& scratch = view.counters.at("scratch needed");
        CHECK(scratch[0] == 49152);               // x
        CHECK(scratch[4] == 49152 * 2 + 147456);  // x, norm and qkv
        CHECK(std::ranges::max(scratch) == 49152 * 2 + 147456);
        CHECK(scratch.back() == 0);
    }

    TEST_CASE("profile trace: what overlaps goes on a second track; what times of the device are missing are the host's, and said so") {
        Profile profile = tests::made_up_profile({.rounds = 2, .timestamps = false});
        profile.device.software = true;
        for (int i = 0; i < 50; ++i) {  // no two of these are nested, three at a time overlap
            profile.phases.push_back({.name = "stair", .time = {1 + 0.1 * i, 1.25 + 0.1 * i}, .thread = 7003});
        }
        profile.phases.push_back({.name = "same", .time = {1, 1.25}, .thread = 7003});
        profile.phases.push_back({.name = "point", .time = {1.1, 1.1}, .thread = 7003});
        const Viewed view = viewed(profile);
        check_nested(view);
        const auto& host = view.tracks.at("host");
        CHECK(host.at("thread 3").size() + host.at("thread 3, 2").size() + host.at("thread 3, 3").size() == 52);
        const auto& device = view.tracks.at("device Made-up Device 9 (a software device)");
        CHECK(device.size() == 2);
        CHECK(device.at("concurrent runs, by the host's clock").size() == 10);
        CHECK(device.at("isolated dispatches, by the host's clock").size() == 2 * (7 + 3 * 5 + 1));
        CHECK_FALSE(nested({{0, 2, "", {}}, {1, 3, "", {}}}));
    }

    TEST_CASE("profile trace: an empty profile, and names that are no UTF-8, are traces too") {
        CHECK(viewed(Profile{}).tracks.empty());
        Profile profile = tests::made_up_profile({.rounds = 1});
        profile.device.name = "a\xff\"\n";
        CHECK(viewed(profile).tracks.contains("device a\xef\xbf\xbd\"\n"));
    }
}

}  // namespace heed
