#include <doctest/doctest.h>

#include <array>
#include <optional>

#include "base/error.h"
#include "support/device.h"
#include "vk/buffer.h"
#include "vk/kit.h"
#include "vk/pipeline.h"
#include "vk/queue.h"
#include "vk/timestamps.h"
#include "vk/transfer.h"

namespace heed::vk {

namespace {

// Something of every kind, made and used.
void use_everything(Context& context) {
    const Buffer a(context, 1024, MemoryUse::device, "a");
    const Buffer b(context, 1024, MemoryUse::device, "b");
    Transfer transfer(context, {.staging_bytes = 1024});
    const std::vector<uint32_t> words = tests::iota(256);
    transfer.upload(std::as_bytes(std::span(words)), a);
    transfer.flush();
    const ComputePipeline pipeline(context, tests::scale_desc(3));
    Descriptors sets(context);
    const std::array<Binding, 2> bindings{{{&a}, {&b}}};
    const DescriptorSet set = sets.add(bindings);
    std::optional<Timestamps> timestamps;
    if (context.caps().timestamp_bits > 0) {
        timestamps.emplace(context, 2);
    }
    CommandBuffer commands(context, "everything");
    commands.begin();
    tests::record_scale(commands, pipeline, set, 256, 2);
    commands.barrier(Access::compute, Access::host | Access::transfer);
    commands.end();
    tests::run(context, commands);
    std::vector<uint32_t> out(256);
    transfer.download(b, 0, std::as_writable_bytes(std::span(out)));
    CHECK(out[255] == 255 * 2 + 3);
}

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("faults: memory runs out at every creation, nothing leaks and all works afterwards") {
        Device device = tests::open_device({.clamp = "unified=0"});
        Context& context = device.context();
        use_everything(context);  // the layouts stay with the Context
        const int64_t live = context.live_objects();
        const int64_t before = context.creations();
        use_everything(context);
        const int64_t creations = context.creations() - before;
        CHECK(creations >= 14);
        for (int64_t n = 1; n <= creations; ++n) {
            CAPTURE(n);
            context.faults().fail_creation(n);
            try {
                use_everything(context);
                FAIL("nothing failed");
            } catch (const Error& error) {
                CHECK(error.kind == ErrorKind::out_of_memory);
            }
            CHECK(context.live_objects() == live);
            CHECK(context.memory_in_use() == 0);
        }
        use_everything(context);
        CHECK(context.live_objects() == live);
        device.close();
        CHECK(device.messages().count() == 0);
    }

    TEST_CASE("faults: a lost device says so, and the next Context of the same Device works") {
        Device device = tests::open_device();
        Context& first = device.context();
        const Buffer survivor(first, 1024, MemoryUse::device, "survivor");  // of the lost one, released later
        first.faults().lose_submit(1);
        const Buffer a(first, 1024, MemoryUse::device, "a");
        CommandBuffer commands(first, "lost");
        commands.begin();
        commands.fill(a, 0, 1024, 1);
        commands.end();
        const auto kind_of = [](auto&& action) {
            try {
                action();
            } catch (const Error& error) {
                return error.kind;
            }
            return ErrorKind::internal;
        };
        CHECK(kind_of([&] { tests::run(first, commands); }) == ErrorKind::device_lost);
        CHECK(first.lost());
        CHECK(kind_of([&] { tests::run(first, commands); }) == ErrorKind::device_lost);
        CHECK(kind_of([&] { const Buffer b(first, 4, MemoryUse::device, "b"); }) == ErrorKind::device_lost);

        Context& second = device.context();
        CHECK(&second != &first);
        CHECK(&device.context() == &second);
        use_everything(second);
        CHECK(device.messages().count() == 0);
    }
}

}  // namespace heed::vk
