#include <doctest/doctest.h>

#include "support/caps.h"
#include "support/hand_plan.h"
#include "support/sentence.h"

namespace heed {

using namespace passes_detail;

TEST_SUITE("plan") {
    TEST_CASE("plan text: every dispatch with its grid, constants, memory, barrier and work, then the sums") {
        tests::HandPlan hand;
        const ValueId x = hand.input("x", 64), w = hand.weight("w", 64), s = hand.state("s", 64), a = hand.scratch(64),
                      y = hand.scratch(64);
        Dispatch& first = hand.step({.reads = {x, w}, .writes = {a}});
        first.grid = {3, 2, 1};
        first.specialization = {64, 7};
        first.cost = {.flops = 1.5e6, .bytes = 768};
        Dispatch& second = hand.step({.reads = {a}, .updates = {s}, .writes = {y}});
        second.bindings[1].offset = 128;
        second.bindings[1].size = 128;
        second.cost = {.flops = 12, .bytes = 999.7};
        hand.output("y", y);
        hand.plan.notes = {"a kernel was passed over"};
        Caps caps = tests::minimum_caps();
        caps.storage_alignment = 128;
        tests::run_passes(hand.plan, caps, {place, fence, verify});
        hand.plan.steps[1].dispatch.indirect = IndirectGrid{};
        CHECK(hand.plan.text() ==
              "   0 made_up_2_0_1 [3,2,1] (64,7) %0:x %1:w >%3@scratch0+0  1.5 MFLOP 768 B\n"
              "     -- barrier\n"
              "   1 made_up_1_1_1 [1,1,1] indirect (64) %3@scratch0+0 <>%2:s+128 >%4@io0+256  12 FLOP 1 kB\n"
              "2 dispatches, 1 barriers, 1.5 MFLOP, 1.8 kB touched; fused kernels spare 0 B that separate ones would move\n"
              "weights 256 B\n"
              "state 256 B\n"
              "io 512 B\n"
              "scratch 256 B (at least 256 bytes are alive at once)\n"
              "note: a kernel was passed over\n");
    }
}

}  // namespace heed
