#include <doctest/doctest.h>

#include <array>
#include <thread>

#include "base/error.h"
#include "support/device.h"
#include "vk/buffer.h"
#include "vk/kit.h"
#include "vk/pipelines.h"
#include "vk/queue.h"
#include "vk/transfer.h"

namespace heed::vk {

TEST_SUITE("device vk") {
    TEST_CASE("device: caps are what Vulkan promises at least, and it says why it was chosen") {
        const Listing listing = list_devices();
        CHECK_FALSE(listing.devices.empty());
        CHECK(listing.problems.empty());
        for (const Caps& caps : listing.devices) {
            CAPTURE(caps.device_name);
            CHECK(caps.uuid.size() == 36);
            CHECK(caps.max_invocations >= 128);
            CHECK(caps.shared_bytes >= 16384);
            CHECK(caps.push_bytes >= 128);
            CHECK(caps.max_storage_buffers >= 4);
            CHECK(caps.max_binding_range >= 128ull << 20);
            CHECK(caps.max_allocation >= 1ull << 30);
            CHECK(caps.storage_alignment <= 256);
            CHECK(caps.subgroup_size >= caps.min_subgroup_size);
            CHECK(caps.subgroup_size <= caps.max_subgroup_size);
            CHECK_FALSE(caps.heaps.empty());
        }
        CHECK_FALSE(tests::device().reason().empty());
    }

    TEST_CASE("device: a wrong spec and a wrong clamp are errors") {
        CHECK_THROWS_WITH_AS(tests::open_device({.spec = "no such device"}),
                             doctest::Contains("--device: no device matches 'no such device'; there is 0: "), Error);
        CHECK_THROWS_WITH_AS(tests::open_device({.clamp = "speed=11"}), doctest::Contains("HEED_CAPS: 'speed' is no key"), Error);
    }

    TEST_CASE("device: a forced subgroup size reaches every pipeline") {
        const Caps& caps = tests::device().caps();
        if (!caps.subgroup_size_control || caps.min_subgroup_size == caps.max_subgroup_size) {
            return;  // nothing to force
        }
        Device device = tests::open_device({.clamp = text("subgroup=", caps.min_subgroup_size)});
        device.context().pipelines().get(tests::scale_desc());
        CHECK(device.messages().count() == 0);
    }

    TEST_CASE("device: many threads submit on one Device") {
        constexpr uint32_t kThreads = 4, kRounds = 20, kWords = 2000;
        Context& context = tests::device().context();
        std::array<bool, kThreads> good{};
        const auto work = [&](uint32_t id) {
            const Buffer a(context, kWords * 4, MemoryUse::device, "a"), b(context, kWords * 4, MemoryUse::device, "b");
            Transfer transfer(context, {.staging_bytes = 2048});
            Descriptors sets(context);
            const std::array<Binding, 2> bindings{{{&a}, {&b}}};
            const DescriptorSet set = sets.add(bindings);
            CommandBuffer commands(context, "thread");
            const std::vector<uint32_t> words = tests::iota(kWords);
            transfer.upload(std::as_bytes(std::span(words)), a);
            transfer.flush();
            bool all = true;
            for (uint32_t round = 0; round < kRounds; ++round) {
                commands.begin();
                commands.barrier();  // this round after the one before it, as every recorded plan begins
                // two threads always share a pipeline, which one of them compiles
                tests::record_scale(commands, context.pipelines().get(tests::scale_desc(1000 + id / 2)), set, kWords, id + round);
                commands.barrier(Access::compute, Access::host | Access::transfer);
                commands.end();
                tests::run(context, commands);
                std::vector<uint32_t> out(kWords);
                transfer.download(b, 0, std::as_writable_bytes(std::span(out)));
                for (uint32_t i = 0; i < kWords; ++i) {
                    all = all && out[i] == i * (id + round) + 1000 + id / 2;
                }
            }
            good[id] = all;
        };
        {
            std::vector<std::jthread> threads;
            for (uint32_t id = 0; id < kThreads; ++id) {
                threads.emplace_back(work, id);
            }
        }
        for (const bool g : good) {
            CHECK(g);
        }
    }
}

}  // namespace heed::vk
