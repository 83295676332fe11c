#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "support/caps.h"
#include "support/hand_plan.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::HandPlan;
using tests::run_passes;

bool depends(const Dispatch& a, const Dispatch& b) {
    for (const Binding& x : a.bindings) {
        for (const Binding& y : b.bindings) {
            if (x.value == y.value && (x.access != Access::read || y.access != Access::read)) {
                return true;
            }
        }
    }
    return false;
}

// Which of the original steps stands where: every step of a hand plan writes one value of its own, last.
std::vector<ValueId> written(const std::vector<Step>& steps) {
    std::vector<ValueId> out;
    for (const Step& step : steps) {
        out.push_back(step.dispatch.bindings.back().value);
    }
    return out;
}

// Chains side by side, each of `length` dependent steps, written one chain after the other.
HandPlan chains(int count, int length) {
    HandPlan hand;
    const ValueId x = hand.input("x", 64);
    for (int chain = 0; chain < count; ++chain) {
        ValueId at = x;
        for (int i = 0; i < length; ++i) {
            const ValueId next = hand.scratch(64);
            hand.step({.reads = {at}, .writes = {next}});
            at = next;
        }
        hand.output(text("y", chain), at);
    }
    return hand;
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("order: independent chains run side by side, so that barriers are few") {
        HandPlan as_written = chains(3, 4), ordered = chains(3, 4);
        const Caps caps = tests::desktop_caps();
        run_passes(as_written.plan, caps, {place, fence, verify});
        run_passes(ordered.plan, caps, {order, place, fence, verify});
        CHECK(as_written.plan.barriers() > 9);  // 3 a chain, and those where a chain takes over the memory of the one before
        CHECK(ordered.plan.barriers() == 3);
        CHECK(ordered.plan.steps.size() == 12);
    }

    TEST_CASE("order: a group is made of neighbours that do not depend on each other, and groups count up") {
        HandPlan hand = chains(3, 4);
        run_passes(hand.plan, tests::desktop_caps(), {order});
        const std::vector<Step>& steps = hand.plan.steps;
        for (size_t i = 0; i < steps.size(); ++i) {
            CHECK(steps[i].group == i / 3);
        }
    }

    TEST_CASE("order: a reader before a writer stays before it, and so do two writers") {
        HandPlan hand;
        const ValueId x = hand.input("x", 16), cache = hand.state("cache", 16);
        const ValueId before = hand.scratch(16), slow = hand.scratch(16), after = hand.scratch(16);
        hand.step({.reads = {x}, .writes = {slow}});
        hand.step({.reads = {slow, cache}, .writes = {before}});      // waits for the first
        hand.step({.reads = {x}, .updates = {cache}, .writes = {}});  // could run at once, but must not
        hand.step({.reads = {cache}, .writes = {after}});
        const std::vector<ValueId> expected = written(hand.plan.steps);
        run_passes(hand.plan, tests::desktop_caps(), {order});
        CHECK(written(hand.plan.steps) == expected);
    }

    TEST_CASE("order: no random plan loses a step or has a dependant overtake") {
        for (uint32_t seed = 0; seed < 40; ++seed) {
            std::mt19937 random(seed);
            HandPlan hand = tests::random_plan(random, 60);
            const std::vector<Step> before = hand.plan.steps;
            run_passes(hand.plan, tests::desktop_caps(), {order});
            const std::vector<Step>& after = hand.plan.steps;
            const std::vector<ValueId> from = written(before), to = written(after);
            REQUIRE(from.size() == to.size());
            CHECK(std::set(from.begin(), from.end()) == std::set(to.begin(), to.end()));
            std::vector<size_t> position;
            for (ValueId id : from) {
                position.push_back(static_cast<size_t>(std::ranges::find(to, id) - to.begin()));
            }
            size_t overtaken = 0, side_by_side = 0, gaps = 0;
            for (size_t a = 0; a < from.size(); ++a) {
                for (size_t b = a + 1; b < from.size(); ++b) {
                    if (depends(before[a].dispatch, before[b].dispatch)) {
                        overtaken += position[a] > position[b];
                        side_by_side += after[position[a]].group == after[position[b]].group;
                    }
                }
            }
            for (size_t i = 1; i < after.size(); ++i) {
                gaps += after[i].group - after[i - 1].group > 1;
            }
            CHECK_MESSAGE(overtaken == 0, "seed ", seed);
            CHECK_MESSAGE(side_by_side == 0, "seed ", seed);
            CHECK_MESSAGE(gaps == 0, "seed ", seed);
        }
    }

    TEST_CASE("order: fewer barriers than as written, over all and nearly always") {
        size_t fewer = 0, more = 0, sum_written = 0, sum_ordered = 0;
        for (uint32_t seed = 0; seed < 40; ++seed) {
            std::mt19937 one(seed), two(seed);
            HandPlan as_written = tests::random_plan(one, 60), ordered = tests::random_plan(two, 60);
            CompileOptions apart;  // memory apart, so that the order alone decides
            apart.off = {"reuse"};
            run_passes(as_written.plan, tests::desktop_caps(), {place, fence}, apart);
            run_passes(ordered.plan, tests::desktop_caps(), {order, place, fence}, apart);
            fewer += ordered.plan.barriers() < as_written.plan.barriers();
            more += ordered.plan.barriers() > as_written.plan.barriers();
            sum_written += as_written.plan.barriers();
            sum_ordered += ordered.plan.barriers();
        }
        INFO(sum_written, " barriers as written, ", sum_ordered, " ordered");
        CHECK(fewer >= 35);
        CHECK(more == 0);
        CHECK(sum_ordered * 10 < sum_written * 9);
    }
}

}  // namespace heed
