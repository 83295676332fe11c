#include "run/roofs.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "run/notes.h"
#include "run/pace.h"
#include "support/device.h"
#include "support/own_cache.h"

namespace heed {
namespace {

vk::Device clamped(const std::string& clamp) {
    vk::DeviceOptions options;
    options.clamp = clamp;
    return tests::open_device(options);
}

void check_sensible(const profile::Roofs& roofs, const Caps& caps) {
    CHECK(roofs.flops_f32 > 1e6);
    CHECK((roofs.flops_f16 > 1e6) == caps.fp16_arithmetic);
    CHECK(roofs.submit_seconds > 0);
    CHECK(roofs.submit_seconds < 1);
    CHECK(roofs.dispatch_seconds >= 0);
    CHECK(roofs.dispatch_seconds < 0.1);
    CHECK(roofs.timestamp_seconds >= 0);
    REQUIRE(!roofs.memory.empty());
    CHECK(roofs.memory.front().bytes == 16 << 10);
    for (size_t i = 0; i < roofs.memory.size(); ++i) {
        CHECK(roofs.memory[i].bytes_per_second > 1e6);
        CHECK((i == 0 || roofs.memory[i].bytes == 4 * roofs.memory[i - 1].bytes));
    }
    CHECK(roofs.day.size() == 10);
}

}  // namespace

TEST_SUITE("device run") {
    TEST_CASE("roofs: what is measured can be, up to what the device takes") {
        vk::Device& device = tests::device();
        const profile::Roofs roofs = measure_roofs(device);
        check_sensible(roofs, device.caps());
        CHECK(roofs.memory.back().bytes <= 256 << 20);
        CHECK(roofs.memory.back().bytes <= 2 * device.caps().max_binding_range);
        CHECK(roofs.far_bytes_per_second() == roofs.memory.back().bytes_per_second);
    }

    TEST_CASE("roofs: of a device that is small, without timestamps and without halves") {
        vk::Device device = clamped("binding=65536,groups=32,invocations=64,subgroup=1,fp16=0,timestamps=0");
        const profile::Roofs roofs = measure_roofs(device);
        check_sensible(roofs, device.caps());
        CHECK(roofs.flops_f16 == 0);
        CHECK(roofs.timestamp_seconds == 0);
        CHECK(roofs.memory.back().bytes == 64 << 10);  // two of 64 KiB would go, and the ladder goes by four
    }

    TEST_CASE("roofs: are measured once, and again when asked for afresh") {
        const tests::OwnCache cache;
        vk::Device device = clamped("binding=65536");
        const profile::Roofs first = roofs_of(device, false);
        DeviceNotes notes = load_notes(device.caps());
        REQUIRE(notes.roofs);
        CHECK(notes.roofs->flops_f32 == first.flops_f32);
        notes.roofs->flops_f32 = 12345;  // which no device has
        save_notes(device.caps(), notes);
        CHECK(roofs_of(device, false).flops_f32 == 12345);
        CHECK(roofs_of(device, true).flops_f32 > 1e6);
        CHECK(load_notes(device.caps()).roofs->flops_f32 > 1e6);
    }

    TEST_CASE("roofs: where they cannot be noted they are measured all the same") {
        const tests::OwnCache cache;
        setenv("HEED_CACHE", (cache.folder.write("file", "").string() + "/below").c_str(), 1);
        vk::Device device = clamped("binding=65536");
        CHECK(roofs_of(device, false).flops_f32 > 1e6);
        CHECK(!load_notes(device.caps()).roofs);
    }

    TEST_CASE("pace: says the same of a machine, however much work it is made to take") {
        Pace little(tests::device(), {.flops_f32 = 1e9}), much(tests::device(), {.flops_f32 = 1e10});
        double least_little = little.seconds(), least_much = much.seconds();
        const auto alike = [&] { return least_little < 4 * least_much && least_much < 4 * least_little; };
        for (int i = 0; i < 300 && !alike(); ++i) {  // whatever else the machine does strikes some of them
            least_little = std::min(least_little, little.seconds());
            least_much = std::min(least_much, much.seconds());
        }
        CHECK(least_little > 0);
        CHECK(alike());
    }
}

}  // namespace heed
