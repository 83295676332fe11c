#include <doctest/doctest.h>

#include "support/caps.h"
#include "support/hand_plan.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::HandPlan;
using tests::run_passes;

std::vector<bool> barriers(const Plan& plan) {
    std::vector<bool> out;
    for (const Step& step : plan.steps) {
        out.push_back(step.barrier);
    }
    return out;
}

void narrow(Dispatch& dispatch, size_t binding, uint64_t offset, uint64_t size) {
    dispatch.bindings.at(binding).offset = offset;
    dispatch.bindings.at(binding).size = size;
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("fence: a diamond needs two barriers, not three") {
        HandPlan hand;
        const ValueId x = hand.input("x", 64), a = hand.scratch(64), b = hand.scratch(64), c = hand.scratch(64), y = hand.scratch(64);
        hand.step({.reads = {x}, .writes = {a}});
        hand.step({.reads = {a}, .writes = {b}});
        hand.step({.reads = {a}, .writes = {c}});
        hand.step({.reads = {b, c}, .writes = {y}});
        hand.output("y", y);
        run_passes(hand.plan, tests::desktop_caps(), {place, fence, verify});
        CHECK(barriers(hand.plan) == std::vector<bool>{false, true, false, true});
    }

    TEST_CASE("fence: reading after reading needs none, and neither does what was fenced already") {
        HandPlan hand;
        const ValueId x = hand.input("x", 64), a = hand.scratch(64), b = hand.scratch(64), c = hand.scratch(64), d = hand.scratch(64);
        hand.step({.reads = {x}, .writes = {a}});
        hand.step({.reads = {x}, .writes = {b}});
        hand.step({.reads = {b}, .writes = {c}});
        hand.step({.reads = {a}, .writes = {d}});  // a was written before the barrier in front of c
        for (const auto& [name, id] : {std::pair("a", a), {"b", b}, {"c", c}, {"d", d}}) {
            hand.output(name, id);
        }
        run_passes(hand.plan, tests::desktop_caps(), {place, fence, verify});
        CHECK(barriers(hand.plan) == std::vector<bool>{false, false, true, false});
    }

    TEST_CASE("fence: a write waits for the readers and for the writers of its bytes") {
        HandPlan hand;
        const ValueId x = hand.input("x", 64), cache = hand.state("cache", 64), a = hand.scratch(64);
        hand.step({.reads = {cache}, .writes = {a}});
        hand.step({.reads = {x}, .updates = {cache}, .writes = {}});  // write after read
        hand.step({.reads = {x}, .updates = {cache}, .writes = {}});  // write after write
        hand.output("a", a);
        run_passes(hand.plan, tests::desktop_caps(), {place, fence, verify});
        CHECK(barriers(hand.plan) == std::vector<bool>{false, true, true});
    }

    TEST_CASE("fence: by bytes, so that the parts of one tensor are written side by side") {
        HandPlan hand;
        const ValueId x = hand.input("x", 128), joined = hand.scratch(256), y = hand.scratch(128);
        narrow(hand.step({.reads = {x}, .writes = {joined}}), 1, 0, 512);
        narrow(hand.step({.reads = {x}, .writes = {joined}}), 1, 512, 512);
        narrow(hand.step({.reads = {joined}, .writes = {y}}), 0, 0, 512);
        hand.output("y", y);
        run_passes(hand.plan, tests::desktop_caps(), {place, fence, verify});
        CHECK(barriers(hand.plan) == std::vector<bool>{false, false, true});
    }

    TEST_CASE("fence: by bytes, so that tensors that share memory one after the other are kept apart") {
        HandPlan hand;
        const ValueId x = hand.input("x", 64), a = hand.scratch(64), b = hand.scratch(64), c = hand.scratch(64), d = hand.scratch(64);
        hand.step({.reads = {x}, .writes = {a}});
        hand.step({.reads = {a}, .writes = {b}});
        hand.step({.reads = {x}, .writes = {c}});  // reads nothing new, but takes the memory that a had
        hand.step({.reads = {b, c}, .writes = {d}});
        hand.output("d", d);
        run_passes(hand.plan, tests::desktop_caps(), {place, fence, verify});
        REQUIRE(hand.plan.placements[c].offset == hand.plan.placements[a].offset);
        CHECK(barriers(hand.plan) == std::vector<bool>{false, true, true, true});
    }

    TEST_CASE("fence: without any one of its barriers no plan is legal") {
        for (uint32_t seed = 0; seed < 25; ++seed) {
            std::mt19937 random(seed);
            HandPlan hand = tests::random_plan(random, 40);
            const Caps caps = tests::software_caps();
            run_passes(hand.plan, caps, {order, place, fence, verify});
            size_t tried = 0, caught = 0;
            for (Step& step : hand.plan.steps) {
                if (!step.barrier) {
                    continue;
                }
                step.barrier = false;
                ++tried;
                caught += tests::contains(tests::sentence(ErrorKind::internal, [&] { run_passes(hand.plan, caps, {verify}); }),
                                          "touch the same bytes");
                step.barrier = true;
            }
            CHECK_MESSAGE(tried > 5, "seed ", seed);
            CHECK_MESSAGE(caught == tried, "seed ", seed);
        }
    }
}

}  // namespace heed
