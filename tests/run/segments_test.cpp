#include "run/segments.h"

#include <doctest/doctest.h>

#include "run/session_cache.h"
#include "support/hand_plan.h"

namespace heed {
namespace {

// A plan of dispatches that cost so many seconds at a rate of one FLOP and one byte a second.
Plan costing(const std::vector<Cost>& costs) {
    tests::HandPlan hand;
    const ValueId x = hand.input("x", 4);
    for (const Cost& cost : costs) {
        hand.step({.reads = {x}, .writes = {hand.scratch(4)}}).cost = cost;
    }
    return std::move(hand.plan);
}

constexpr Rates kOne{.flops = 1, .bytes_per_second = 1};

std::vector<size_t> counts(const std::vector<Segment>& segments) {
    std::vector<size_t> out;
    for (const Segment& segment : segments) {
        out.push_back(segment.count);
    }
    return out;
}

}  // namespace

TEST_SUITE("run") {
    TEST_CASE("segments: as many steps as fit the limit, every step in one, in order") {
        const Plan plan = costing({{2, 0}, {2, 0}, {2, 0}, {3, 0}, {1, 0}, {1, 0}});
        const std::vector<Segment> segments = split(plan, kOne, 5);
        CHECK(counts(segments) == std::vector<size_t>{2, 2, 2});
        size_t next = 0;
        for (const Segment& segment : segments) {
            CHECK(segment.first == next);
            CHECK(segment.seconds <= 5);
            next += segment.count;
        }
        CHECK(next == plan.steps.size());
    }

    TEST_CASE("segments: a step that is too long alone is alone") {
        CHECK(counts(split(costing({{1, 0}, {9, 0}, {1, 0}, {1, 0}}), kOne, 5)) == std::vector<size_t>{1, 1, 2});
        CHECK(counts(split(costing({{9, 0}}), kOne, 5)) == std::vector<size_t>{1});
    }

    TEST_CASE("segments: a step takes as long as the slower of its arithmetic and its traffic") {
        CHECK(split(costing({{3, 4}}), kOne, 5)[0].seconds == 4);
        CHECK(split(costing({{3, 4}}), {.flops = 0.5, .bytes_per_second = 2}, 5)[0].seconds == 6);
        CHECK(counts(split(costing({{0, 3}, {3, 0}}), kOne, 5)) == std::vector<size_t>{1, 1});
    }

    TEST_CASE("segments: one when all is short, none when there is nothing") {
        CHECK(counts(split(costing({{0, 0}, {0, 0}, {1e-9, 0}}), kOne, 0.5)) == std::vector<size_t>{3});
        CHECK(split(Plan(), kOne, 5).empty());
    }

    TEST_CASE("segments: every type of device has a guess, a CPU the lowest") {
        Caps caps;
        caps.type = DeviceType::cpu;
        const Rates cpu = guessed_rates(caps);
        for (DeviceType type : {DeviceType::other, DeviceType::integrated, DeviceType::discrete, DeviceType::virtual_gpu}) {
            caps.type = type;
            CHECK(guessed_rates(caps).flops >= cpu.flops);
            CHECK(guessed_rates(caps).bytes_per_second >= cpu.bytes_per_second);
        }
        CHECK(cpu.flops > 0);
    }

    TEST_CASE("session cache: buckets hold what they are asked for and waste at most half") {
        CHECK(bucket(1) == 8);
        CHECK(bucket(8) == 8);
        CHECK(bucket(9) == 12);
        CHECK(bucket(13) == 16);
        CHECK(bucket(17) == 24);
        CHECK(bucket(25) == 32);
        int64_t wrong = 0;
        for (int64_t n = 9; n < 5000; ++n) {
            wrong += bucket(n) < n || bucket(n) * 2 >= n * 3 || bucket(bucket(n)) != bucket(n);
        }
        CHECK(wrong == 0);
    }
}

}  // namespace heed
