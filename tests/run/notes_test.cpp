#include "run/notes.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "support/caps.h"
#include "support/folder.h"
#include "support/own_cache.h"
#include "support/sentence.h"

namespace heed {
namespace {

using nlohmann::json;

Caps caps_with_notes() {
    Caps caps = tests::desktop_caps();
    caps.uuid = "made-up";
    return caps;
}

profile::Roofs some_roofs() {
    return {.flops_f32 = 4e12,
            .flops_f16 = 8e12,
            .memory = {{65536, 400e9}, {1048576, 600e9}},
            .dispatch_seconds = 2.5e-6,
            .submit_seconds = 30e-6,
            .timestamp_seconds = 0,
            .day = "2026-11-21"};
}

// What is left of good notes in whose roofs the value at this place is another.
bool accepted(const tests::OwnCache& cache, const char* place, const json& value) {
    const Caps caps = caps_with_notes();
    save_notes(caps, {.quarantined = {}, .roofs = some_roofs()});
    json notes = json::parse(tests::contents(cache.folder.path / "device-made-up.json"));
    notes["roofs"][json::json_pointer(place)] = value;
    cache.folder.write("device-made-up.json", notes.dump());
    return load_notes(caps).roofs.has_value();
}

}  // namespace

TEST_SUITE("run") {
    TEST_CASE("notes: roofs come back as they were noted") {
        const tests::OwnCache cache;
        const Caps caps = caps_with_notes();
        CHECK(!load_notes(caps).roofs);
        save_notes(caps, {.quarantined = {"softmax_rows_f32"}, .roofs = some_roofs()});
        const DeviceNotes notes = load_notes(caps);
        CHECK(notes.quarantined == std::set<std::string>{"softmax_rows_f32"});
        REQUIRE(notes.roofs);
        CHECK(notes.roofs->flops_f32 == 4e12);
        CHECK(notes.roofs->flops_f16 == 8e12);
        REQUIRE(notes.roofs->memory.size() == 2);
        CHECK(notes.roofs->memory[1].bytes == 1048576);
        CHECK(notes.roofs->memory[1].bytes_per_second == 600e9);
        CHECK(notes.roofs->dispatch_seconds == 2.5e-6);
        CHECK(notes.roofs->submit_seconds == 30e-6);
        CHECK(notes.roofs->timestamp_seconds == 0);
        CHECK(notes.roofs->day == "2026-11-21");
    }

    TEST_CASE("notes: roofs that cannot be true, or were measured otherwise, count as none") {
        const tests::OwnCache cache;
        CHECK(accepted(cache, "/day", "2026-11-22"));
        CHECK(!accepted(cache, "/kernels", "1"));
        CHECK(!accepted(cache, "/day", 7));
        CHECK(!accepted(cache, "/flops_f32", 0));
        CHECK(!accepted(cache, "/flops_f32", "much"));
        CHECK(!accepted(cache, "/flops_f16", 0));  // the device has such arithmetic
        CHECK(!accepted(cache, "/memory", json::array()));
        CHECK(!accepted(cache, "/memory/1/bytes", 65536));
        CHECK(!accepted(cache, "/memory/0/bytes_per_second", -1));
        CHECK(!accepted(cache, "/dispatch_seconds", -1e-6));
        CHECK(!accepted(cache, "/submit_seconds", nullptr));
        Caps caps = caps_with_notes();
        save_notes(caps, {.quarantined = {}, .roofs = some_roofs()});
        caps.fp16_arithmetic = false;
        CHECK(!load_notes(caps).roofs);
        caps.fp16_arithmetic = true;
        caps.driver_version += 1;
        CHECK(!load_notes(caps).roofs);
    }

    TEST_CASE("notes: a file that is damaged, or an older heed's, has no roofs") {
        const tests::OwnCache cache;
        for (const char* damaged : {"", "{", "[1, 2]", "\xff\xfe", R"({"driver": 1})", R"({"driver": "  0", "roofs": 7})"}) {
            cache.folder.write("device-made-up.json", damaged);
            CHECK_MESSAGE(!load_notes(caps_with_notes()).roofs, damaged);
        }
        cache.folder.write("device-made-up.json", R"({"driver": "  0", "flops": 1e12, "bytes_per_second": 1e11, "quarantined": {}})");
        CHECK(!load_notes(caps_with_notes()).roofs);
    }

    TEST_CASE("notes: a cache that cannot be written is named") {
        const tests::OwnCache cache;
        const std::string file = cache.folder.write("file", "").string();
        setenv("HEED_CACHE", (file + "/below").c_str(), 1);
        CHECK(tests::sentence(ErrorKind::bad_file, [] { save_notes(caps_with_notes(), {}); }) ==
              "device notes: " + file + "/below/device-made-up.json cannot be written");
    }
}

}  // namespace heed
