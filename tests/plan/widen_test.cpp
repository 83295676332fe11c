#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "support/caps.h"
#include "support/passes.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::passed;

Graph mixed() {
    Graph graph;
    const Tensor x = graph.input("x", {4, 8}), half = graph.input("half", {4, 8}, DType::f16);
    const std::vector<std::byte> bytes(8 * 2);
    const Tensor gamma = graph.constant("gamma", {8}, DType::f16, bytes);
    const Tensor sum = add(cast(x, DType::f16), half);
    graph.output("normed", layer_norm(sum, {.gamma = gamma}).normed);
    graph.output("best", argmax(sum));
    graph.output("wide", cast(sum, DType::f32));
    return graph;
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("widen: where f16 cannot be stored, every f16 tensor is f32, and the plan says so") {
        const Graph graph = mixed();
        const Plan plan = passed(graph, tests::minimum_caps(), {infer, widen});
        size_t widened = 0;
        for (ValueId id = 0; id < graph.values().size(); ++id) {
            const Value &before = graph.value(id), &after = plan.graph.value(id);
            CHECK(after.dtype == (before.dtype == DType::f16 ? DType::f32 : before.dtype));
            CHECK(after.shape == before.shape);
            widened += before.dtype == DType::f16;
        }
        CHECK(widened > 4);
        CHECK(plan.graph.value(graph.find("gamma")).constant.dtype == DType::f16);  // the host converts when it uploads
        CHECK(plan.notes == std::vector<std::string>{text(widened, " f16 tensors are kept as f32: the device has no 16-bit storage")});
        CHECK_NOTHROW(passed(plan.graph, tests::minimum_caps(), {infer}));  // the casts agree with what they make
    }

    TEST_CASE("widen: nothing happens where f16 can be stored, or where there is none") {
        const Graph graph = mixed();
        const Plan plan = passed(graph, tests::software_caps(), {infer, widen});
        CHECK(plan.graph.text() == passed(graph, tests::software_caps(), {infer}).graph.text());
        CHECK(plan.notes.empty());
        Graph single;
        single.output("y", unary(single.input("x", {2}), Activation::relu));
        CHECK(passed(single, tests::minimum_caps(), {infer, widen}).notes.empty());
    }

    TEST_CASE("widen: the widened plan needs no 16-bit storage, and casts between what are now equals are gone") {
        const Graph graph = mixed();
        const Plan plan = compile(graph, tests::minimum_caps());
        CHECK(std::ranges::none_of(plan.steps, [](const Step& step) { return (step.dispatch.kernel->needs & kNeedsFp16Storage) != 0; }));
        CHECK(std::ranges::none_of(plan.steps, [](const Step& step) { return step.dispatch.kernel->op == "cast"; }));
        const Plan half = compile(graph, tests::desktop_caps());
        CHECK(std::ranges::count_if(half.steps, [](const Step& step) { return step.dispatch.kernel->op == "cast"; }) == 2);
    }
}

}  // namespace heed
