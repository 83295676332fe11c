#include <doctest/doctest.h>

#include <functional>

#include "base/text.h"
#include "support/caps.h"
#include "support/hand_plan.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::contains;
using tests::HandPlan;
using tests::run_passes;
using tests::sentence;

// x, w -> a; a, s -> b (updates s); a -> c; b, c -> y. Values: x 0, w 1, s 2, a 3, b 4, c 5, y 6. Legal as it comes.
struct Example {
    HandPlan hand;
    Plan& plan = hand.plan;
    ValueId x = hand.input("x", 64), w = hand.weight("w", 64), s = hand.state("s", 64);
    ValueId a = hand.scratch(64), b = hand.scratch(64), c = hand.scratch(64), y = hand.scratch(64);
    Caps caps = tests::minimum_caps();

    Example() {
        hand.step({.reads = {x, w}, .writes = {a}});
        hand.step({.reads = {a}, .updates = {s}, .writes = {b}});
        hand.step({.reads = {a}, .writes = {c}});
        hand.step({.reads = {b, c}, .writes = {y}});
        hand.output("y", y);
        run_passes(plan, caps, {place, fence, verify});
    }

    Dispatch& dispatch(size_t step) { return plan.steps.at(step).dispatch; }
    Placement& placement(ValueId id) { return plan.placements.at(id); }

    // What verify says now.
    std::string complaint(ErrorKind kind = ErrorKind::internal) {
        return sentence(kind, [&] { run_passes(plan, caps, {verify}); });
    }
};

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("verify: a missing barrier") {
        Example e;
        e.plan.steps[3].barrier = false;
        CHECK(e.complaint() == "verify: steps 1 and 3 touch the same bytes with no barrier between");
    }

    TEST_CASE("verify: two tensors that are alive together in the same bytes") {
        Example e;
        e.placement(e.c) = e.placement(e.b);
        e.plan.steps[2].barrier = true;
        CHECK(e.complaint() == "verify: made_up_2_0_1 reads %4 where %5 was written since");
    }

    TEST_CASE("verify: a tensor that was overwritten in part") {
        Example e;
        e.placement(e.c).offset = e.placement(e.b).offset + 128;
        e.placement(e.c).bytes = 128;
        e.dispatch(2).bindings[1].size = e.dispatch(3).bindings[1].size = 128;
        e.plan.steps[2].barrier = true;
        e.caps.storage_alignment = 4;
        CHECK(contains(e.complaint(), "reads %4 where %5 was written since"));
    }

    TEST_CASE("verify: scratch that nobody wrote, all of it or the rest of it") {
        Example e;
        e.dispatch(0).bindings[2].size = 128;  // half of a
        CHECK(contains(e.complaint(), "made_up_1_1_1 reads %3, which nobody wrote at byte"));
        e.plan.steps.erase(e.plan.steps.begin());
        CHECK(contains(e.complaint(), "made_up_1_1_1 reads %3, which nobody wrote at byte"));
    }

    TEST_CASE("verify: an input whose memory a step uses before another reads it") {
        Example e;
        e.dispatch(2).bindings[0].value = e.x;
        run_passes(e.plan, e.caps, {place, fence, verify});
        e.placement(e.a) = e.placement(e.x);
        e.dispatch(0).in_place = 0;
        for (Step& step : e.plan.steps) {
            step.barrier = true;
        }
        CHECK(contains(e.complaint(), "reads %0 where %3 was written since"));
    }

    TEST_CASE("verify: a dispatch that overwrites what it reads, without leave") {
        Example e;
        e.placement(e.b) = e.placement(e.a);
        CHECK(e.complaint() == "verify: made_up_1_1_1 has %3 and %4 in the same bytes");
        Example leave;  // the last reader of a may give its memory to c
        leave.placement(leave.c) = leave.placement(leave.a);
        CHECK(leave.complaint() == "verify: made_up_1_0_1 has %3 and %5 in the same bytes");
        leave.dispatch(2).in_place = 0;
        leave.plan.steps[2].barrier = true;
        CHECK_NOTHROW(run_passes(leave.plan, leave.caps, {verify}));
        leave.placement(leave.c).offset += 256;
        leave.placement(leave.a).bytes = 512;  // they overlap, but element i is not where element i was
        leave.plan.chunks[static_cast<size_t>(Arena::scratch)][0] += 1024;
        leave.dispatch(2).bindings[0].size = 512;
        CHECK(leave.complaint() == "verify: made_up_1_0_1 has %3 and %5 in the same bytes");
    }

    TEST_CASE("verify: an output that was overwritten, never written, outside its memory or where the host does not read") {
        Example e;
        e.hand.output("z", e.b);
        CHECK(e.complaint() == "verify: output z lies in scratch, where the host does not read");
        e.plan.outputs.pop_back();
        e.plan.outputs[0].offset = 4;
        CHECK(e.complaint() == "verify: output y lies outside its memory");
        Example two;
        two.hand.output("z", two.b);
        run_passes(two.plan, two.caps, {place, fence, verify});
        two.placement(two.b) = two.placement(two.y);
        two.dispatch(3).in_place = 0;
        CHECK(two.complaint() == "verify: output z reads %4 where %6 was written since");
        Example unwritten;
        unwritten.plan.steps.pop_back();
        CHECK(contains(unwritten.complaint(), "verify: output y reads %6, which nobody wrote"));
    }

    TEST_CASE("verify: a tensor outside its chunk, and a chunk larger than the device allocates") {
        Example e;
        e.placement(e.c).offset = 1 << 20;
        CHECK(e.complaint() == "verify: %5 lies outside its chunk");
        e.placement(e.c).chunk = 3;
        CHECK(e.complaint() == "verify: %5 lies outside its chunk");
        Example large;
        large.caps.max_buffer = 256;
        CHECK(large.complaint() == text("verify: a chunk of io has ", large.plan.bytes(Arena::io), " bytes"));
    }

    TEST_CASE("verify: a window that is too wide, past the end, misaligned or of nothing") {
        Example e;
        e.caps.max_binding_range = 255;
        CHECK(e.complaint(ErrorKind::unsupported) == "made_up_2_0_1: binding 0 needs a window of 256 bytes, the device binds at most 255");
        const auto with = [](uint64_t offset, uint64_t size) {
            Example bent;
            bent.dispatch(0).bindings[1].offset = offset;
            bent.dispatch(0).bindings[1].size = size;
            return bent.complaint();
        };
        CHECK(with(0, 257) == "made_up_2_0_1: binding 1 reaches past the end of %1");
        CHECK(with(256, 0) == "made_up_2_0_1: binding 1 reaches past the end of %1");
        CHECK(with(1024, 0) == "made_up_2_0_1: binding 1 reaches past the end of %1");
        CHECK(with(128, ~uint64_t{0} - 64) == "made_up_2_0_1: binding 1 reaches past the end of %1");
        CHECK(with(128, 64) == "made_up_2_0_1: binding 1 starts at an illegal offset");
    }

    TEST_CASE("verify: a grid or workgroup the device cannot launch") {
        Example e;
        e.dispatch(1).grid = {65535, 65535, 65535};
        CHECK_NOTHROW(run_passes(e.plan, e.caps, {verify}));
        e.dispatch(1).grid = {1, 65536, 1};
        CHECK(e.complaint(ErrorKind::unsupported) == "made_up_1_1_1: wants 65536 workgroups on axis 1, the device dispatches 1 to 65535");
        e.dispatch(1).grid = {0, 1, 1};
        CHECK(e.complaint(ErrorKind::unsupported) == "made_up_1_1_1: wants 0 workgroups on axis 0, the device dispatches 1 to 65535");
        e.dispatch(1).grid = {1, 1, 1};
        e.dispatch(1).specialization = {129};
        CHECK(e.complaint(ErrorKind::unsupported) == "made_up_1_1_1: wants 129 invocations a workgroup, the device has 128");
        e.caps.max_invocations = 256;
        e.dispatch(1).specialization = {256};
        CHECK(e.complaint(ErrorKind::unsupported) == "made_up_1_1_1: wants 256 invocations a workgroup, the device has 128");
    }

    TEST_CASE("verify: a push block that is too large or not the shader's") {
        Example e;
        e.dispatch(0).push.resize(132);
        CHECK(e.complaint() == "made_up_2_0_1: 132 push bytes");
        e.dispatch(0).push.resize(64);
        CHECK(e.complaint() == "made_up_2_0_1: 64 push bytes, the shader has 0");
        e.dispatch(0).kernel = &tests::made_up_kernel(2, 0, 1, 64);
        CHECK_NOTHROW(run_passes(e.plan, e.caps, {verify}));
        e.caps.push_bytes = 63;
        CHECK(e.complaint() == "made_up_2_0_1: 64 push bytes");
    }

    TEST_CASE("verify: bindings that are not the shader's") {
        Example e;
        e.dispatch(0).bindings[2].access = Access::read;
        CHECK(e.complaint() == "made_up_2_0_1: binding 2 is declared with access 1, the shader's is 2");
        Example fewer;
        fewer.dispatch(0).bindings.pop_back();
        CHECK(fewer.complaint() == "made_up_2_0_1: 2 bindings, the shader has 3");
        Example unplaced;
        unplaced.placement(unplaced.w).placed = false;
        CHECK(unplaced.complaint() == "made_up_2_0_1: binding 1, %1, was not placed");
        Example dynamics;
        dynamics.dispatch(0).bindings[2].value = kDynamics;
        CHECK(dynamics.complaint() == "made_up_2_0_1: binding 2 writes the dynamics");
    }

    TEST_CASE("verify: a kernel the device cannot run") {
        Example e;
        e.caps.max_storage_buffers = 2;
        CHECK(e.complaint(ErrorKind::unsupported) == "made_up_2_0_1: needs more storage buffers than the device binds at once");
        Kernel half = tests::made_up_kernel(2, 0, 1);
        half.needs = kNeedsFp16Storage;
        e.caps.max_storage_buffers = 8;
        e.dispatch(0).kernel = &half;
        CHECK(e.complaint(ErrorKind::unsupported) == "made_up_2_0_1: needs 16-bit storage");
    }

    TEST_CASE("verify: an indirect grid that follows no dynamic value, or by a rule that makes no sense") {
        Example e;
        e.dispatch(0).indirect = IndirectGrid{.dynamic = e.x};
        CHECK(e.complaint() == "made_up_2_0_1: its grid follows %0, which is no dynamic value");
        const ValueId length = e.plan.graph.dynamic("length", {1}).id();
        e.dispatch(0).indirect = IndirectGrid{.dynamic = length};
        CHECK_NOTHROW(run_passes(e.plan, e.caps, {verify}));
        e.dispatch(0).indirect->axis = 3;
        CHECK(e.complaint() == "made_up_2_0_1: its indirect grid has axis 3, times 1, per 1");
        e.dispatch(0).indirect = IndirectGrid{.dynamic = length, .per = 0};
        CHECK(e.complaint() == "made_up_2_0_1: its indirect grid has axis 0, times 1, per 0");
    }

    TEST_CASE("verify: a state may be read before any run has written it, and keeps what was written") {
        HandPlan hand;
        const ValueId x = hand.input("x", 64), s = hand.state("s", 64), a = hand.scratch(64), b = hand.scratch(64);
        hand.step({.reads = {s}, .writes = {a}});
        hand.step({.reads = {x}, .updates = {s}, .writes = {}});
        hand.step({.reads = {s, a}, .writes = {b}});
        hand.output("b", b);
        CHECK_NOTHROW(run_passes(hand.plan, tests::minimum_caps(), {place, fence, verify}));
    }

    TEST_CASE("verify: a tensor may be read back by the very dispatch that makes it") {
        HandPlan hand;
        const ValueId x = hand.input("x", 64), sum = hand.scratch(64), y = hand.scratch(64), z = hand.scratch(64);
        hand.step({.reads = {x}, .updates = {sum}, .writes = {y}});
        hand.step({.reads = {sum}, .writes = {z}});
        hand.output("y", y);
        hand.output("z", z);
        CHECK_NOTHROW(run_passes(hand.plan, tests::minimum_caps(), {place, fence, verify}));
        hand.plan.steps[0].dispatch.bindings[1].size = 128;
        CHECK(contains(sentence(ErrorKind::internal, [&] { run_passes(hand.plan, tests::minimum_caps(), {verify}); }),
                       "reads %1, which nobody wrote"));
    }

    TEST_CASE("verify: f16 tensors of an odd length need not fill the word their memory ends with") {
        HandPlan hand;
        const ValueId x = hand.input("x", 4), y = hand.scratch(4);
        const ValueId three = hand.plan.graph.add_value({.shape = {3}, .dtype = DType::f16, .kind = ValueKind::computed, .constant = {}});
        hand.step({.reads = {x}, .writes = {three}}).bindings[1].size = 6;
        hand.step({.reads = {three}, .writes = {y}}).bindings[0].size = 0;  // to the end
        hand.output("y", y);
        CHECK_NOTHROW(run_passes(hand.plan, tests::minimum_caps(), {place, fence, verify}));
        CHECK(hand.plan.placements[three].bytes == 8);
    }
}

}  // namespace heed
