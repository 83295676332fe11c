#include <doctest/doctest.h>

#include <algorithm>

#include "ops/ops.h"
#include "support/caps.h"
#include "support/hand_plan.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::contains;
using tests::passed;
using tests::sentence;

// One matmul, and a Lowering that can be asked which kernel it would take for it.
struct Choice {
    Graph graph;
    Tensor y = matmul(graph.input("x", {20, 8}), graph.input("w", {8, 8}));
    Caps caps = tests::desktop_caps();
    KernelChoice choice;
    std::vector<std::string> notes;

    std::string take(const std::vector<Candidate>& candidates) {
        Lowering lowering(graph, caps, choice);
        const std::string name(lowering.choose(graph.node(0), candidates, "f32").name);
        notes = lowering.notes;
        return name;
    }
};

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("lower: the first candidate that fits is taken, without a word") {
        Choice c;
        CHECK(c.take({{"tiled"}, {"row"}}) == "matmul_tiled_f32");
        CHECK(c.take({{"tiled", false}, {"row"}}) == "matmul_row_f32");
        CHECK(c.notes.empty());
    }

    TEST_CASE("lower: a quarantined kernel is passed over, and the plan says so") {
        Choice c;
        c.choice.quarantined = {"matmul_tiled_f32"};
        CHECK(c.take({{"tiled"}, {"row"}}) == "matmul_row_f32");
        CHECK(c.notes == std::vector<std::string>{"%2 takes matmul_row_f32: matmul_tiled_f32 is quarantined on this device"});
        CHECK(sentence(ErrorKind::unsupported, [&] { c.take({{"tiled"}}); }) ==
              "matmul: no kernel can compute [20,8] in f32 on Made-up desktop GPU: matmul_tiled_f32 is quarantined on this device");
        const Plan plan = compile([&]() -> const Graph& { return c.graph.output("y", c.y), c.graph; }(), c.caps, {.kernels = c.choice});
        CHECK(plan.notes.size() == 1);
        CHECK(contains(plan.text(), "note: %2 takes matmul_"));
    }

    TEST_CASE("lower: what a kernel needs and the device lacks is named") {
        Choice c;
        c.caps.max_storage_buffers = 2;
        CHECK(sentence(ErrorKind::unsupported, [&] { c.take({{"tiled"}}); }) ==
              "matmul: no kernel can compute [20,8] in f32 on Made-up desktop GPU: matmul_tiled_f32 needs more storage buffers than the "
              "device "
              "binds at once");
    }

    TEST_CASE("lower: a forced strategy is taken or refused, never replaced") {
        Choice c;
        c.choice.strategy["matmul"] = "row";
        CHECK(c.take({{"tiled"}, {"row"}}) == "matmul_row_f32");
        CHECK(sentence(ErrorKind::unsupported, [&] {
                  c.take({{"tiled"}, {"row", false}});
              }) == "matmul: no kernel can compute [20,8] in f32 on Made-up desktop GPU: matmul_row_f32 does not fit this shape or device");
        c.choice.strategy["matmul"] = "magic";
        CHECK(contains(sentence(ErrorKind::unsupported, [&] { c.take({{"tiled"}, {"row"}}); }), "this node has no strategy 'magic'"));
        c.choice.strategy = {{"softmax", "magic"}};  // another op's
        CHECK(c.take({{"tiled"}, {"row"}}) == "matmul_tiled_f32");
    }

    TEST_CASE("lower: dynamic values lie one after the other in the dynamics") {
        Graph graph;
        const Tensor a = graph.dynamic("a", {3}), x = graph.input("x", {2, 4, 8}), b = graph.dynamic("b", {2});
        graph.output("y", softmax(x, {.key_lengths = b}));
        graph.output("rows", embedding(graph.input("table", {9, 4}), a));
        const Plan plan = compile(graph, tests::desktop_caps());
        CHECK(plan.dynamic_elements == 5);
        CHECK(plan.dynamic_offsets[a.id()] == 0);
        CHECK(plan.dynamic_offsets[b.id()] == 3);
        CHECK(plan.dynamic_offsets[x.id()] == kNone);
        CHECK(plan.dynamics_bytes() == 20);
    }

    TEST_CASE("lower: indirect grids lie behind the numbers, which are never none") {
        Plan plan;
        CHECK(plan.indirect_offset(0) == 16);
        plan.dynamic_elements = 7;
        CHECK(plan.indirect_offset(0) == 28);
        CHECK(plan.indirect_offset(2) == 28 + 24);
        plan.steps.resize(3);
        plan.steps[1].dispatch.indirect = IndirectGrid{};
        CHECK(plan.dynamics_bytes() == 28 + 12);
    }

    TEST_CASE("lower: the work of a node is shared by its dispatches and adds up to the graph's") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 5, 8});
        const Tensor both = concat({x, unary(x, Activation::relu), x}, 1);
        graph.output("y", matmul(both, graph.input("w", {8, 6})));
        const Plan plan = passed(graph, tests::desktop_caps(), {infer, lower});
        CHECK(plan.steps.size() == 5);
        Cost sum;
        for (const Node& node : graph.nodes()) {
            sum += cost_of(graph, node);
        }
        CHECK(plan.cost().flops == doctest::Approx(sum.flops));
        CHECK(plan.cost().bytes == doctest::Approx(sum.bytes));
        for (const Step& step : plan.steps) {
            CHECK(step.dispatch.cost.bytes > 0);
        }
    }

    TEST_CASE("lower: what an op hands over must be what its shader has") {
        Graph graph;
        graph.output("y", unary(graph.input("x", {4}), Activation::relu));
        const KernelChoice choice;
        const Caps caps = tests::desktop_caps();
        Lowering lowering(graph, caps, choice);
        const Kernel& kernel = lowering.kernel("unary", "flat", "f32");
        CHECK(contains(sentence(ErrorKind::internal, [&] { lowering.add({.kernel = &kernel}); }),
                       "unary_flat_f32: the shader has 2 bindings, got 0"));
        Dispatch dispatch{.kernel = &kernel};
        dispatch.bindings = {lowering.read(0), lowering.write(1)};
        dispatch.push.resize(2);
        CHECK(contains(sentence(ErrorKind::internal, [&] { lowering.add(dispatch); }), "push bytes, got 2"));
        CHECK(sentence(ErrorKind::internal, [&] { lowering.kernel("unary", "flat", "f64"); }) ==
              "unary: no kernel unary_flat_f64 was built");
    }

    TEST_CASE("lower: grids are rounded up, folded where one axis is too short, and refused past 32 bits") {
        CHECK(groups(0, 8) == 0);
        CHECK(groups(1, 8) == 1);
        CHECK(groups(8, 8) == 1);
        CHECK(groups(9, 8) == 2);
        CHECK(sentence(ErrorKind::unsupported, [] { groups(1ll << 40, 1); }) ==
              "grid: at most 2^32 - 1 workgroups an axis, got 1099511627776");
        Caps caps = tests::minimum_caps();
        for (int64_t count : {1ll, 65535ll, 65536ll, 1000000ll, 65535ll * 65535}) {
            const std::array<uint32_t, 3> grid = linear_grid(count, caps);
            CHECK(int64_t{grid[0]} * grid[1] * grid[2] >= count);
            CHECK(int64_t{grid[0]} * grid[1] * grid[2] < count + grid[0]);
            CHECK(grid[0] <= 65535);
            CHECK(grid[1] <= 65535);
        }
    }
}

}  // namespace heed
