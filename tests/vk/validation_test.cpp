// Plants the mistakes that validation is there to find: a silent suite means something only if these are reported.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "support/device.h"
#include "vk/buffer.h"
#include "vk/kit.h"
#include "vk/pipelines.h"
#include "vk/transfer.h"

namespace heed::vk {

namespace {

bool reported(Device& device, std::string_view id) {
    const std::vector<Message> messages = device.messages().all();
    return std::ranges::any_of(messages, [&](const Message& m) { return m.error && (m.id + m.text).find(id) != std::string::npos; });
}

// a -> b, then b -> a, which must wait for the first; with the barrier or without.
void two_dispatches(Device& device, bool barrier) {
    Context& context = device.context();
    const Buffer a(context, 4096, MemoryUse::device, "a"), b(context, 4096, MemoryUse::device, "b");
    Transfer transfer(context);
    transfer.fill(a, 0, 4096, 1);
    transfer.flush();
    Descriptors sets(context);
    const std::array<Binding, 2> forward{{{&a}, {&b}}}, back{{{&b}, {&a}}};
    CommandBuffer commands(context, "two dispatches");
    commands.begin();
    tests::record_scale(commands, context.pipelines().get(tests::scale_desc()), sets.add(forward), 1024, 2);
    if (barrier) {
        commands.barrier();
    }
    tests::record_scale(commands, context.pipelines().get(tests::scale_desc()), sets.add(back), 1024, 2);
    commands.end();
    tests::run(context, commands);
}

// A store of one word at `index` into a buffer of 64 words. The instrumented kernel reports a store past the end and does not do it.
void one_store(Device& device, uint32_t index) {
    Context& context = device.context();
    const Buffer buffer(context, 256, MemoryUse::device, "target");
    Descriptors sets(context);
    const Binding binding{.buffer = &buffer};
    CommandBuffer commands(context, "store");
    commands.begin();
    commands.bind(context.pipelines().get(tests::past_end_desc()));
    commands.bind(sets.add(std::span(&binding, 1)));
    commands.push(std::as_bytes(std::span(&index, 1)));
    commands.dispatch(1, 1, 1);
    commands.end();
    tests::run(context, commands);
}

// Each invocation reads what another wrote to shared memory; the constant puts the barrier between, or leaves it out.
void mirror(Device& device, bool barrier) {
    Context& context = device.context();
    const Buffer buffer(context, 256, MemoryUse::device, "mirrored");
    Descriptors sets(context);
    const Binding binding{.buffer = &buffer};
    CommandBuffer commands(context, "mirror");
    commands.begin();
    commands.bind(context.pipelines().get(tests::mirror_desc(barrier)));
    commands.bind(sets.add(std::span(&binding, 1)));
    commands.dispatch(1, 1, 1);
    commands.end();
    tests::run(context, commands);
}

// A store of `number` that is also told in words.
uint32_t say(Device& device, uint32_t number) {
    Context& context = device.context();
    const Buffer buffer(context, 4, MemoryUse::device, "said");
    Descriptors sets(context);
    const Binding binding{.buffer = &buffer};
    CommandBuffer commands(context, "say");
    commands.begin();
    commands.bind(context.pipelines().get(tests::say_desc()));
    commands.bind(sets.add(std::span(&binding, 1)));
    commands.push(std::as_bytes(std::span(&number, 1)));
    commands.dispatch(2, 1, 1);
    commands.barrier(Access::compute, Access::host | Access::transfer);
    commands.end();
    tests::run(context, commands);
    uint32_t stored = 0;
    Transfer(context).download(buffer, 0, std::as_writable_bytes(std::span(&stored, 1)));
    return stored;
}

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("validation: a planted missing barrier is reported, the barrier silences it") {
        Device device = tests::open_device({.validation = Validation::on});
        two_dispatches(device, true);
        CHECK(device.messages().count() == 0);
        two_dispatches(device, false);
        CHECK(reported(device, "SYNC-HAZARD"));
    }

    TEST_CASE("validation: a planted store out of bounds is reported, one inside is not") {
        Device device = tests::open_device({.validation = Validation::gpu});
        one_store(device, 63);
        CHECK_FALSE(reported(device, "out of bounds"));
        one_store(device, 64);
        CHECK(reported(device, "out of bounds"));
    }

    TEST_CASE("validation: a planted missing barrier on shared memory is reported, where the layer can") {
        std::optional<Device> device;
        try {
            device = tests::open_device({.validation = Validation::race});
        } catch (const Error& error) {
            CHECK(std::string_view(error.what()).find("is too old to find races") != std::string_view::npos);
            return;
        }
        mirror(*device, true);
        CHECK(device->messages().count() == 0);
        mirror(*device, false);
        CHECK(reported(*device, "race"));
    }

    TEST_CASE("validation: what a kernel prints arrives as it was written, and is no complaint") {
        Device device = tests::open_device({.validation = Validation::print});
        CHECK(say(device, 42) == 42);
        CHECK(device.messages().take_prints() == std::vector<std::string>{"the second group | was told 42, 0.50 of 84"});
        CHECK(device.messages().take_prints().empty());
        CHECK(device.messages().count() == 0);
    }

    TEST_CASE("validation: a kernel that prints runs where no one listens, too") {
        Device device = tests::open_device({.validation = Validation::on});
        CHECK(say(device, 7) == 7);
        CHECK(device.messages().take_prints().empty());
        CHECK(device.messages().count() == 0);
    }
}

}  // namespace heed::vk
