#include "profile/json.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/error.h"
#include "profile/compare.h"
#include "profile/profile_fields.h"
#include "support/made_up_profile.h"
#include "support/sources.h"

namespace heed {
namespace {

using nlohmann::json;
using namespace profile;

// Calls leaf(value) for everything in a Profile that has no parts, in one order.
template <typename T, typename Leaf>
void leaves(T& value, const Leaf& leaf) {
    using Plain = std::remove_const_t<T>;
    if constexpr (std::is_arithmetic_v<Plain> || std::is_same_v<Plain, std::string>) {
        leaf(value);
    } else if constexpr (std::is_same_v<Plain, Interval>) {
        leaf(value.begin);
        leaf(value.end);
    } else if constexpr (requires { value.size(); }) {
        for (auto& element : value) {
            leaves(element, leaf);
        }
    } else {
        fields(value, [&](const char*, auto& field) { leaves(field, leaf); });
    }
}

// As bits and letters, so that a minus zero is another one than zero.
std::vector<std::string> leaves_of(const Profile& profile) {
    std::vector<std::string> out;
    leaves(profile, [&](const auto& leaf) {
        if constexpr (std::is_same_v<decltype(leaf), const double&>) {
            std::array<char, 40> hexadecimal{};
            out.emplace_back(hexadecimal.data(), static_cast<size_t>(std::snprintf(hexadecimal.data(), hexadecimal.size(), "%a", leaf)));
        } else {
            out.push_back(text(leaf));
        }
    });
    return out;
}

// Stands for any member of a struct when its members are counted.
struct Anything {
    template <typename T>
    operator T() const;  // NOLINT(google-explicit-constructor): being taken for anything is what it is for
};

template <typename T, typename... Members>
constexpr size_t members() {
    if constexpr (requires { T{Members()..., Anything()}; }) {
        return members<T, Members..., Anything>();
    }
    return sizeof...(Members);
}

template <typename T>
size_t named() {
    size_t count = 0;
    const T value;
    fields(value, [&](const char*, const auto&) { ++count; });
    return count;
}

// Every path of keys in a document, lists as "[]"; a spread has no parts.
void paths_of(const json& value, const std::string& path, std::set<std::string>& out) {
    if (value.is_array()) {
        for (const json& element : value) {
            paths_of(element, path + "[]", out);
        }
    } else if (value.is_object() && !(value.size() == 5 && value.contains("p95"))) {
        for (const auto& [key, inner] : value.items()) {
            const std::string here = path.empty() ? key : path + "." + key;
            out.insert(here);
            paths_of(inner, here, out);
        }
    }
}

// The words in backquotes of a line.
std::vector<std::string> quoted(std::string_view line) {
    std::vector<std::string> out;
    for (size_t at = line.find('`'); at != std::string_view::npos; at = line.find('`', at + 1)) {
        const size_t end = line.find('`', at + 1);
        out.emplace_back(line.substr(at + 1, end - at - 1));
        at = end;
    }
    return out;
}

// The paths that the tables of the document name: a heading says of which object, or objects.
std::set<std::string> documented() {
    const tests::Source document = tests::read_source("docs/profile-schema.md");
    std::set<std::string> out;
    std::vector<std::string> objects;
    for (const std::string_view line : tests::lines_of(document)) {
        if (line.starts_with("## ")) {
            objects = quoted(line);
            if (objects.empty()) {
                objects.emplace_back(line == "## The file" ? "" : line.substr(3));
            }
        } else if (line.starts_with("| `")) {
            for (const std::string& object : objects) {
                out.insert((object.empty() ? "" : object + ".") + quoted(line).front());
            }
        }
    }
    return out;
}

std::string complaint(const json& document) {
    try {
        read_json(document.dump(), "p.json");
    } catch (const Error& error) {
        CHECK(error.kind == ErrorKind::bad_file);
        return error.what();
    }
    return "none";
}

// What is said of a good file in which the value at this place is another.
std::string complaint(const char* place, const json& value) {
    json document = json::parse(to_json(tests::made_up_profile({.rounds = 1})));
    document[json::json_pointer(place)] = value;
    return complaint(document);
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("profile json: every member of every struct has its name there") {
        CHECK(named<Profile>() == members<Profile>());
        CHECK(named<DeviceFacts>() == members<DeviceFacts>());
        CHECK(named<Phase>() == members<Phase>());
        CHECK(named<Round>() == members<Round>());
        CHECK(named<Roofs>() == members<Roofs>());
        CHECK(named<Roofs::Level>() == members<Roofs::Level>());
        CHECK(named<PlanSamples>() == members<PlanSamples>());
        CHECK(named<ArenaUse>() == members<ArenaUse>());
        CHECK(named<RunSample>() == members<RunSample>());
        CHECK(named<TensorSpan>() == members<TensorSpan>());
        CHECK(named<DispatchSamples>() == members<DispatchSamples>());
        CHECK(named<KernelFacts>() == members<KernelFacts>());
        CHECK(named<Counter>() == members<Counter>());
        CHECK(named<Work>() == members<Work>());
        CHECK(named<Executable>() == members<Executable>());
        CHECK(named<Statistic>() == members<Statistic>());
        CHECK(named<Representation>() == members<Representation>());
        CHECK(members<RunSample>() == 5);
    }

    TEST_CASE("profile json: what was written is read back field by field, whatever is in it") {
        Profile profile = tests::made_up_profile({.rounds = 2});
        CHECK(leaves_of(read_json(to_json(profile), "p.json")) == leaves_of(profile));
        CHECK(leaves_of(read_json(to_json(Profile{}), "p.json")) == leaves_of(Profile{}));
        size_t count = 0;
        leaves(profile, [&](auto& leaf) {
            using Leaf = std::remove_reference_t<decltype(leaf)>;
            ++count;
            if constexpr (std::is_same_v<Leaf, std::string>) {
                leaf = text("\"\\\n\t\x01 \xe2\x86\x92 ", count);
            } else if constexpr (std::is_same_v<Leaf, bool>) {
                leaf = !leaf;
            } else if constexpr (std::is_same_v<Leaf, double>) {
                leaf += leaf * 1e-16 + static_cast<double>(count) / 3e7;
            }
        });
        profile.plans[0].barriers = std::numeric_limits<uint32_t>::max();
        profile.plans[0].tensors[0].offset = std::numeric_limits<uint64_t>::max();
        profile.plans[0].dispatches[0].grid = {1, 2, 3};
        profile.plans[0].dispatches[0].work = {-0.0, std::numeric_limits<double>::max()};
        profile.plans[0].dispatches[1].work = {std::numeric_limits<double>::denorm_min(), 1.0 / 3};
        CHECK(count > 1000);
        CHECK(leaves_of(read_json(to_json(profile), "p.json")) == leaves_of(profile));
    }

    TEST_CASE("profile json: a counter that is no number stays none; text that is no UTF-8 is mended") {
        Profile profile = tests::made_up_profile({.rounds = 1});
        profile.plans[0].dispatches[3].counters[0].value = std::numeric_limits<double>::quiet_NaN();
        profile.subject = "a\xff";
        const Profile back = read_json(to_json(profile), "p.json");
        CHECK(std::isnan(back.plans[0].dispatches[3].counters[0].value));
        CHECK(back.subject == "a\xef\xbf\xbd");
    }

    TEST_CASE("profile json: the document names every key that is written, and no other") {
        std::set<std::string> written{"A spread.count", "A spread.min", "A spread.median", "A spread.p95", "A spread.max"};
        paths_of(json::parse(to_json(tests::made_up_profile())), "", written);
        const Profile profile = tests::made_up_profile();
        const json comparison = json::parse(comparison_json(compare(profile, profile)));
        for (const auto& [key, value] : comparison.items()) {
            written.insert("A comparison." + key);
        }
        for (const auto& [key, value] : comparison["ops"][0].items()) {
            written.insert("A change." + key);
        }
        CHECK(written.size() > 100);
        const std::set<std::string> named_there = documented();
        for (const std::string& path : written) {
            CHECK_MESSAGE(named_there.contains(path), "docs/profile-schema.md does not name ", path);
        }
        for (const std::string& path : named_there) {
            CHECK_MESSAGE(written.contains(path), "docs/profile-schema.md names ", path, ", which is not written");
        }
    }

    TEST_CASE("profile json: derived figures are those of the summary") {
        const json document = json::parse(to_json(tests::made_up_profile()));
        CHECK(document["schema"] == "heed-profile");
        CHECK(document["version"] == 1);
        CHECK(document["summary"]["ops"][0]["name"] == "matmul");
        CHECK(document["summary"]["ops"][0]["rounds"].size() == 6);
        CHECK(document["summary"]["percent_busy"].is_null());
        const json& matmul = document["plans"][0]["dispatches"][2];
        CHECK(matmul["summary"]["isolated"]["count"] == 6);
        CHECK(matmul["summary"]["percent_of_roof"].get<double>() == doctest::Approx(50).epsilon(0.1));
        const double seconds = matmul["summary"]["isolated"]["median"].get<double>();
        CHECK(matmul["summary"]["gflop_per_second"].get<double>() == doctest::Approx(37748736 / seconds / 1e9));
        CHECK(document["plans"][1]["summary"]["runs_per_round"] == 3);
        CHECK(document["plans"][1]["summary"]["percent_busy"].get<double>() > 10);
    }

    TEST_CASE("profile json: another schema or version, and what is damaged, is refused in a sentence that names both things") {
        CHECK(complaint("/schema", "x-profile") == "p.json: expected the schema \"heed-profile\", got \"x-profile\"");
        CHECK(complaint("/version", 2) == "p.json: expected version 1 of the schema heed-profile, got 2");
        CHECK(complaint(json{{"a", 1}}) == "p.json: expected the schema \"heed-profile\", got none");
        CHECK(complaint(json{1, 2}) == "p.json: expected a profile, which is a JSON object, got a list of 2");
        CHECK(complaint("/plans/1/dispatches/0/flops", 1) == "none");  // not known
        CHECK(complaint("/plans/1/dispatches/0/work/flops", "1") ==
              "p.json: expected plans[1].dispatches[0].work.flops to be a number, got \"1\"");
        CHECK(complaint("/plans/0/runs/1/host", json{1}) == "p.json: expected plans[0].runs[1].host to be a list of 2, got a list of 1");
        CHECK(complaint("/phases/0/time", json{2, 1}) ==
              "p.json: expected phases[0].time to be begin and end, the end no earlier, got 2 and 1");
        CHECK(complaint("/plans/0/barriers", -1) == "p.json: expected plans[0].barriers to be a whole number from 0 to 4294967295, got -1");
        CHECK(complaint("/plans/0/barriers", 1.5) ==
              "p.json: expected plans[0].barriers to be a whole number from 0 to 4294967295, got 1.5");
        CHECK(complaint("/plans/0/barriers", 4294967296) ==
              "p.json: expected plans[0].barriers to be a whole number from 0 to 4294967295, got 4294967296");
        CHECK(complaint("/device", json{{"driver", "d"}}) == "p.json: expected device.name to be there, got nothing");
        CHECK(complaint("/device/software", 0) == "p.json: expected device.software to be true or false, got 0");
        CHECK(complaint("/roofs/flops_f32", nullptr) == "p.json: expected roofs.flops_f32 to be a number, got null");
        CHECK(complaint("/plans/0/dispatches/0/kernel", 9) ==
              "p.json: expected plans[0].dispatches[0] to be of one of 4 kernels, got kernel 9");
        CHECK(complaint("/plans/0/dispatches/1/seconds", json{1, 2}) ==
              "p.json: expected plans[0].dispatches[1] to be timed in 1 isolated runs, got 2 times");
        CHECK(complaint("/plans/0/runs/1/dispatches", json{{1, 2}}) == "p.json: expected plans[0].runs[1] to be of 7 dispatches, got 1");
        CHECK(complaint("/roofs/memory/1/bytes", 1) == "p.json: expected roofs.memory to go from few bytes to many, got 1 behind 65536");
    }

    TEST_CASE("profile json: no file that is cut short is read, nor one whose values are nested without end") {
        const std::string whole = to_json(tests::made_up_profile({.rounds = 1}));
        for (size_t length = 0; length < whole.size() - 2; length += length < 200 ? 1 : 997) {
            CHECK_THROWS_AS(read_json(std::string_view(whole).substr(0, length), "p.json"), Error);
        }
        CHECK_THROWS_WITH_AS(read_json("{\"schema\": ", "p.json"),
                             doctest::Contains("p.json: expected a profile in JSON, got a parse error"), Error);
        const std::string deep =
            R"({"schema": "heed-profile", "version": 1, "heed": )" + std::string(200000, '[') + std::string(200000, ']') + "}";
        CHECK_THROWS_WITH_AS(read_json(deep, "p.json"), "p.json: expected heed to be text, got a list of 1", Error);
        CHECK_THROWS_WITH_AS(read_json(std::filesystem::path("/nowhere/p.json")), doctest::Contains("/nowhere/p.json"), Error);
    }
}

}  // namespace heed
