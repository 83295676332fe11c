#include "vk/performance.h"

#include <doctest/doctest.h>

#include <array>

#include "base/error.h"
#include "support/counted_device.h"
#include "support/device.h"
#include "vk/buffer.h"
#include "vk/kit.h"
#include "vk/pipelines.h"
#include "vk/queue.h"

namespace heed::vk {

namespace {

// Three dispatches of 1, 2 and 3 workgroups, each a query of its own.
struct Three {
    explicit Three(Context& context)
        : a(context, 1024, MemoryUse::device, "a"), b(context, 1024, MemoryUse::device, "b"), sets(context), commands(context, "three") {
        const std::array<Binding, 2> bindings{{{&a}, {&b}}};
        set = sets.add(bindings);
    }
    void record(Context& context, const PerformanceQueries& queries) {
        commands.begin();
        for (uint32_t i = 0; i < 3; ++i) {
            queries.begin(commands, i);
            tests::record_scale(commands, context.pipelines().get(tests::scale_desc()), set, 64 * (i + 1), 2);
            commands.barrier();
            queries.end(commands, i);
        }
        commands.end();
    }

    Buffer a, b;
    Descriptors sets;
    DescriptorSet set;
    CommandBuffer commands;
};

void submit(Context& context, const CommandBuffer& commands, uint32_t pass) {
    Fence fence(context);
    const CommandBuffer* one = &commands;
    context.queue().submit(std::span(&one, 1), fence, pass);
    fence.wait();
}

using Values = std::vector<std::vector<double>>;

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("counters: the driver's own are listed, and where it has none, that is said") {
        Context& context = tests::device().context();
        if (context.caps().performance_query) {
            std::vector<uint32_t> chosen;
            for (const CounterInfo& counter : counters_of(context)) {
                CHECK_FALSE(counter.name.empty());
                if (counter.scope == CounterInfo::Scope::command) {
                    chosen.push_back(counter.index);
                }
            }
            CHECK(PerformanceQueries(context, chosen, 4).passes() > 0);
            return;
        }
        CHECK(counters_of(context).empty());
        const uint32_t first = 0;
        CHECK_THROWS_WITH_AS(PerformanceQueries(context, std::span(&first, 1), 1),
                             text("counters: ", context.caps().device_name, " has none").c_str(), Error);
        CHECK_THROWS_AS(ProfilingLock{context}, Error);
    }

    TEST_CASE("counters: listed with unit, scope and how they are stored") {
        Device device = tests::open_counted();
        REQUIRE(device.caps().performance_query);
        const std::vector<CounterInfo> counters = counters_of(device.context());
        REQUIRE(counters.size() == 4);
        CHECK(counters[1].index == 1);
        CHECK(counters[1].name == "workgroups");
        CHECK(counters[1].category == "heed's tests");
        CHECK(counters[1].description == "of all dispatches");
        CHECK(counters[1].unit == "");
        CHECK(counters[1].storage == "i32");
        CHECK(counters[1].scope == CounterInfo::Scope::command);
        CHECK_FALSE(counters[1].overlaps);
        CHECK(counters[2].unit == "cycles");
        CHECK(counters[2].overlaps);
        CHECK(counters[3].scope == CounterInfo::Scope::command_buffer);
        CHECK(device.messages().count() == 0);
    }

    TEST_CASE("counters: a query a dispatch, one submit a pass, run after run") {
        Device device = tests::open_counted();
        Context& context = device.context();
        Three three(context);
        const std::array<uint32_t, 3> chosen{2, 0, 1};
        PerformanceQueries queries(context, chosen, 3);
        CHECK(queries.passes() == 3);
        for (int run = 0; run < 2; ++run) {
            const ProfilingLock lock(context);
            queries.reset();
            three.record(context, queries);
            for (uint32_t pass = 0; pass < queries.passes(); ++pass) {
                submit(context, three.commands, pass);
            }
            CHECK(queries.read() == Values{{0.5, 1, 1}, {1, 1, 2}, {1.5, 1, 3}});
        }
        CHECK(tests::counter_complaints() == "");
        CHECK(device.messages().count() == 0);
    }

    TEST_CASE("counters: one that counts whole command buffers takes one query") {
        Device device = tests::open_counted();
        Context& context = device.context();
        const std::array<uint32_t, 2> chosen{0, 3};
        CHECK_THROWS_WITH_AS(
            PerformanceQueries(context, chosen, 2),
            text("counters: number 3 of ", context.caps().device_name, " counts whole command buffers, got 2 pieces of one").c_str(),
            Error);
        const PerformanceQueries whole(context, chosen, 1);
        CHECK(whole.passes() == 2);
    }

    TEST_CASE("counters: choices that make no sense are refused in a sentence") {
        Device device = tests::open_counted();
        Context& context = device.context();
        const uint32_t fourth = 4;
        const std::string& name = context.caps().device_name;
        CHECK_THROWS_WITH_AS(PerformanceQueries(context, std::span(&fourth, 1), 1),
                             text("counters: ", name, " has 4, got number 4").c_str(), Error);
        CHECK_THROWS_WITH_AS(PerformanceQueries(context, {}, 1),
                             text("counters: expected at least one of the 4 of ", name, ", got none").c_str(), Error);
        const ProfilingLock lock(context);
        CHECK_THROWS_WITH_AS(ProfilingLock{context},
                             text("counters: ", name, " is being profiled by someone else, who kept it for 1 s").c_str(), Error);
    }

    TEST_CASE("counters: the layer of these tests finds what the extension forbids") {
        Device device = tests::open_counted(Validation::off);
        Context& context = device.context();
        Three three(context);
        const std::array<uint32_t, 2> chosen{0, 1};
        PerformanceQueries queries(context, chosen, 3);
        queries.reset();
        three.record(context, queries);
        CHECK(tests::counter_complaints().find("without the lock") != std::string::npos);
        const ProfilingLock lock(context);
        submit(context, three.commands, 0);
        CHECK(tests::counter_complaints().find("not all of it was recorded") != std::string::npos);
        three.record(context, queries);
        submit(context, three.commands, 0);
        CHECK(tests::counter_complaints().find("not reset") != std::string::npos);
        CHECK_THROWS_AS(queries.read(), Error);  // of two passes one is missing
    }
}

}  // namespace heed::vk
