#include <doctest/doctest.h>

#include <array>

#include "base/error.h"
#include "support/device.h"
#include "vk/buffer.h"
#include "vk/kit.h"
#include "vk/pipelines.h"
#include "vk/queue.h"
#include "vk/timestamps.h"
#include "vk/transfer.h"

namespace heed::vk {

namespace {

constexpr uint32_t kCount = 1000;

// Two buffers with 0, 1, 2... in the first, and the set that holds both.
struct Pair {
    explicit Pair(Context& context)
        : a(context, kCount * 4, MemoryUse::device, "a"), b(context, kCount * 4, MemoryUse::device, "b"), transfer(context), sets(context) {
        const std::vector<uint32_t> words = tests::iota(kCount);
        transfer.upload(std::as_bytes(std::span(words)), a);
        transfer.fill(b, 0, kCount * 4, 0);
        transfer.flush();
        const std::array<Binding, 2> bindings{{{&a}, {&b}}};
        forward = sets.add(bindings);
        const std::array<Binding, 2> reversed{{{&b}, {&a}}};
        back = sets.add(reversed);
    }
    std::vector<uint32_t> read(const Buffer& buffer) {
        std::vector<uint32_t> out(kCount);
        transfer.download(buffer, 0, std::as_writable_bytes(std::span(out)));
        return out;
    }

    Buffer a, b;
    Transfer transfer;
    Descriptors sets;
    DescriptorSet forward, back;
};

std::string refusal(Context& context, const PipelineDesc& desc) {
    try {
        const ComputePipeline pipeline(context, desc);
    } catch (const Error& error) {
        CHECK(error.kind == ErrorKind::unsupported);
        return error.what();
    }
    return "";
}

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("pipeline: constants, push constants and a barrier between two dispatches, run again and again") {
        Context& context = tests::device().context();
        Pair pair(context);
        CommandBuffer commands(context, "two dispatches");
        commands.begin();
        commands.begin_label("both");
        tests::record_scale(commands, context.pipelines().get(tests::scale_desc(5)), pair.forward, kCount, 3);
        commands.barrier();
        tests::record_scale(commands, context.pipelines().get(tests::scale_desc(1)), pair.back, kCount - 1, 2);
        commands.end_label();
        commands.barrier(Access::compute, Access::compute | Access::host | Access::transfer);
        commands.end();
        tests::run(context, commands);
        const std::vector<uint32_t> a = pair.read(pair.a);
        CHECK(a[0] == 11);
        CHECK(a[kCount - 2] == (998 * 3 + 5) * 2 + 1);
        CHECK(a[kCount - 1] == kCount - 1);  // beyond the count
        tests::run(context, commands);
        CHECK(pair.read(pair.a)[0] == (11 * 3 + 5) * 2 + 1);
    }

    TEST_CASE("pipeline: indirect dispatch reads its grid from a buffer") {
        Context& context = tests::device().context();
        Pair pair(context);
        const Buffer grid(context, 32, MemoryUse::device, "grid");
        const std::array<uint32_t, 3> groups{2, 1, 1};
        pair.transfer.upload(std::as_bytes(std::span(groups)), grid, 16);
        pair.transfer.flush();
        const std::array<uint32_t, 2> push{kCount, 1};
        CommandBuffer commands(context, "indirect");
        commands.begin();
        commands.bind(context.pipelines().get(tests::scale_desc(1)));
        commands.bind(pair.forward);
        commands.push(std::as_bytes(std::span(push)));
        commands.dispatch_indirect(grid, 16);
        commands.barrier(Access::compute, Access::host | Access::transfer);
        commands.end();
        tests::run(context, commands);
        const std::vector<uint32_t> b = pair.read(pair.b);
        CHECK(b[127] == 128);
        CHECK(b[128] == 0);  // two groups of 64, no more
    }

    TEST_CASE("pipeline: equal descriptions are one pipeline") {
        Context& context = tests::device().context();
        const ComputePipeline& one = context.pipelines().get(tests::scale_desc(77));
        const size_t size = context.pipelines().size();
        CHECK(&context.pipelines().get(tests::scale_desc(77)) == &one);
        CHECK(context.pipelines().size() == size);
        CHECK(&context.pipelines().get(tests::scale_desc(78)) != &one);
    }

    TEST_CASE("pipeline: what the device has too little of is named") {
        Device small = tests::open_device({.clamp = "storage_buffers=1,push=4,size_control=0,binding=1K"});
        Context& context = small.context();
        PipelineDesc desc = tests::scale_desc();
        CHECK(refusal(context, desc) == text("scale: needs 2 storage buffers, ", small.caps().device_name, " has 1"));
        desc.bindings = 1;
        CHECK(refusal(context, desc) == text("scale: needs 8 bytes of push constants, ", small.caps().device_name, " has 4"));
        desc.push_bytes = 4;
        desc.subgroup_size = 2;
        CHECK(refusal(context, desc).find("scale: needs subgroups of 2, ") == 0);

        const Buffer wide(context, 4096, MemoryUse::device, "wide");
        Descriptors sets(context);
        const Binding binding{&wide};
        CHECK_THROWS_WITH_AS(
            sets.add(std::span(&binding, 1)),
            text("wide: a kernel needs to see 4.0 KiB at once, ", small.caps().device_name, " shows at most 1.0 KiB").c_str(), Error);
        CHECK(context.memory_in_use() == 4096);
        CHECK(small.messages().count() == 0);
    }

    TEST_CASE("timestamps: time passes between two points") {
        Context& context = tests::device().context();
        if (context.caps().timestamp_bits == 0) {
            CHECK_THROWS_AS(Timestamps(context, 2), Error);
            return;
        }
        Pair pair(context);
        const Timestamps timestamps(context, 2);
        CommandBuffer commands(context, "timed");
        commands.begin();
        commands.reset(timestamps);
        commands.write(timestamps, 0);
        tests::record_scale(commands, context.pipelines().get(tests::scale_desc()), pair.forward, kCount, 1);
        commands.write(timestamps, 1);
        commands.end();
        tests::run(context, commands);
        const std::vector<double> ns = timestamps.read();
        CHECK(ns[0] == 0);
        CHECK(ns[1] > 0);
        CHECK(ns[1] < 60e9);
    }
}

}  // namespace heed::vk
