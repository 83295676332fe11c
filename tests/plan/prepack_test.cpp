#include <doctest/doctest.h>

#include "ops/ops.h"
#include "support/caps.h"
#include "support/passes.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::passed;

Tensor weight(Graph& graph, const Shape& shape, const char* name = "w") {
    return graph.constant(name, shape, std::vector<float>(static_cast<size_t>(shape.elements())));
}

// What becomes of the graph's constant "w".
Value packed(const Graph& graph) {
    const Plan plan = passed(graph, tests::desktop_caps(), {infer, prepack, infer});  // and the nodes still infer what they should
    return plan.graph.value(plan.graph.find("w"));
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("prepack: a weight that only matmuls read is laid out in panels of columns") {
        Graph graph;
        const Tensor x = graph.input("x", {20, 8}), w = weight(graph, {8, 100});
        graph.output("y", matmul(x, w));
        graph.output("z", matmul(unary(x, Activation::relu), w));
        const Value value = packed(graph);
        CHECK(value.constant.packing == Packing::panels);
        CHECK(value.constant.panel == 64);
        CHECK(value.shape == Shape{2, 8, 64});
        CHECK(value.constant.shape == Shape{8, 100});
    }

    TEST_CASE("prepack: few columns make a narrow panel") {
        Graph graph;
        graph.output("y", matmul(graph.input("x", {20, 8}), weight(graph, {8, 5})));
        CHECK(packed(graph).constant.panel == 8);
        CHECK(packed(graph).shape == Shape{1, 8, 8});
    }

    TEST_CASE("prepack: a transposed weight becomes panels, the same for one row and for many") {
        const auto packing = [](int64_t rows) {
            Graph graph;
            graph.output("y", matmul(graph.input("x", {rows, 8}), weight(graph, {100, 8}), {.transpose_b = true}));
            return packed(graph).constant.packing;
        };
        CHECK(packing(1) == Packing::transposed_panels);  // so that plans for few rows and for many share one copy
        CHECK(packing(100) == Packing::transposed_panels);
    }

    TEST_CASE("prepack: a filter becomes panels") {
        Graph graph;
        graph.output("y", conv2d(graph.input("x", {1, 8, 8, 3}), weight(graph, {10, 3, 2, 2}), {.stride_y = 2, .stride_x = 2}));
        const Value value = packed(graph);
        CHECK(value.constant.packing == Packing::filter_panels);
        CHECK(value.shape == Shape{1, 12, 12});
        CHECK(value.constant.shape == Shape{10, 3, 2, 2});
    }

    TEST_CASE("prepack: what anybody reads in another way stays plain") {
        const auto stays = [](const auto& build) {
            Graph graph;
            const Tensor x = graph.input("x", {20, 8}), w = weight(graph, {8, 8});
            build(graph, x, w);
            return packed(graph).constant.packing == Packing::plain;
        };
        CHECK_FALSE(stays([](Graph& graph, Tensor x, Tensor w) { graph.output("y", matmul(x, w)); }));
        CHECK(stays([](Graph& graph, Tensor, Tensor w) { graph.output("y", matmul(w, graph.input("b", {8, 4}))); }));  // as A
        CHECK(stays([](Graph& graph, Tensor, Tensor w) { graph.output("y", matmul(w, w)); }));
        CHECK(stays([](Graph& graph, Tensor x, Tensor w) { graph.output("y", matmul(x, slice(w, 1, 0, 4))); }));
        CHECK(stays([](Graph& graph, Tensor x, Tensor w) {
            graph.output("y", matmul(x, w));
            graph.output("rows", embedding(w, graph.input("ids", {3}, DType::i32)));
        }));
        CHECK(stays([](Graph& graph, Tensor x, Tensor w) {
            graph.output("y", matmul(x, w));
            graph.output("z", matmul(x, w, {.transpose_b = true}));  // the other way round
        }));
        CHECK(stays([](Graph& graph, Tensor x, Tensor w) {
            graph.output("y", matmul(x, w));
            graph.output("w again", w);
        }));
        CHECK(stays([](Graph& graph, Tensor x, Tensor w) {
            const Tensor scores = reshape(x, {1, 20, 8});
            graph.output("y", matmul(reshape(scores, {1, 1, 20, 8}), reshape(w, {1, 8, 8}), {.heads = 1, .b_packed = true}));
        }));
    }

    TEST_CASE("prepack: inputs and computed matrices are nobody's to lay out") {
        Graph graph;
        const Tensor x = graph.input("x", {20, 8}), w = graph.input("w", {8, 8});
        graph.output("y", matmul(x, w));
        CHECK(packed(graph).constant.packing == Packing::plain);
        CHECK(packed(graph).shape == Shape{8, 8});
    }

    TEST_CASE("prepack: plans with the pass and without bind the weight whole") {
        for (const Caps& caps : tests::all_caps()) {
            for (int64_t rows : {1, 7, 100}) {
                for (bool transposed : {false, true}) {
                    Graph graph;
                    const Tensor w = weight(graph, transposed ? Shape{100, 8} : Shape{8, 100});
                    graph.output("y", matmul(graph.input("x", {rows, 8}), w, {.transpose_b = transposed}));
                    CompileOptions plain;
                    plain.off = {"prepack"};
                    for (const CompileOptions& options : {CompileOptions(), plain}) {
                        const Plan plan = compile(graph, caps, options);
                        const Value& value = plan.graph.value(w.id());
                        uint64_t end = 0;
                        for (const Step& step : plan.steps) {
                            end = std::max(end, step.dispatch.bindings[1].offset + step.dispatch.bindings[1].size);
                        }
                        CHECK(end == static_cast<uint64_t>(value.shape.elements()) * 4);
                    }
                }
            }
        }
    }
}

}  // namespace heed
