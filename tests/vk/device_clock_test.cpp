#include "vk/device_clock.h"

#include <doctest/doctest.h>

#include <cmath>

#include "base/error.h"
#include "support/device.h"
#include "vk/buffer.h"

namespace heed::vk {

namespace {

using std::chrono::steady_clock;

double seconds(steady_clock::duration d) {
    return std::chrono::duration<double>(d).count();
}

// Two points around a fill of 16 MiB, so that time passes between them, and when the host had it done.
struct Span {
    explicit Span(Context& context) {
        const Buffer buffer(context, 16 << 20, MemoryUse::device, "filled");
        const Timestamps points(context, 2);
        CommandBuffer commands(context, "timed fill");
        commands.begin();
        commands.reset(points);
        commands.write(points, 0);
        commands.fill(buffer, 0, buffer.size(), 1);
        commands.write(points, 1);
        commands.end();
        Fence fence(context);
        begin = steady_clock::now();
        context.queue().submit(commands, fence);
        fence.wait();
        end = steady_clock::now();
        ticks = points.ticks();
    }

    steady_clock::time_point begin, end;
    std::vector<uint64_t> ticks;
};

// All that heed promises of a clock, on a span measured after it was laid down and one before that.
void check_clock(Context& context) {
    const Span before(context);
    const DeviceClock clock(context);
    const Span after(context);
    CAPTURE(clock.method());
    CHECK(clock.deviation_seconds() > 0);
    CHECK(clock.deviation_seconds() < 1);  // a submit of nothing, on a machine with other things to do
    for (const Span& span : {before, after}) {
        const double slack = clock.deviation_seconds() + 1e-4 * seconds(after.end - before.begin);  // and what the clocks drift apart
        CHECK(seconds(clock.at(span.ticks[0]) - span.begin) >= -slack);
        CHECK(seconds(span.end - clock.at(span.ticks[1])) >= -slack);
        CHECK(clock.at(span.ticks[0]) < clock.at(span.ticks[1]));
    }
    CHECK(clock.at(before.ticks[1]) < clock.at(after.ticks[0]));
}

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("device clock: what the device did lies between the host's submit and the end of its wait") {
        Context& context = tests::device().context();
        if (context.caps().timestamp_bits == 0) {
            CHECK_THROWS_AS(DeviceClock{context}, Error);
            return;
        }
        check_clock(context);
        DeviceClock clock(context);
        const Span span(context);
        const auto first = clock.at(span.ticks[0]);
        const double first_deviation = clock.deviation_seconds();
        clock.calibrate();
        CHECK(std::abs(seconds(clock.at(span.ticks[0]) - first)) <=
              first_deviation + clock.deviation_seconds() + 1e-5 + 1e-4 * seconds(steady_clock::now() - span.begin));
    }

    TEST_CASE("device clock: both methods agree where both are possible") {
        Context& context = tests::device().context();
        if (context.caps().timestamp_bits == 0) {
            return;
        }
        Device other = tests::open_device({.clamp = "calibrated=0"});  // the same clock, looked at from elsewhere
        check_clock(other.context());
        const auto begin = steady_clock::now();
        const DeviceClock direct(context), bracketed(other.context());
        CHECK(direct.method() == (context.caps().calibrated_timestamps ? "calibrated" : "bracketed"));
        CHECK(bracketed.method() == "bracketed");
        const Span span(context);
        const double apart = std::abs(seconds(direct.at(span.ticks[0]) - bracketed.at(span.ticks[0])));
        const double drift = 1e-5 + 1e-4 * seconds(steady_clock::now() - begin);
        CHECK(apart <= direct.deviation_seconds() + bracketed.deviation_seconds() + drift);
        CHECK(other.messages().count() == 0);
    }
}

}  // namespace heed::vk
