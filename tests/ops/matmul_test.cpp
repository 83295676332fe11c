// Which kernels products take, and how they are cut into what a device can bind: no device is needed to see it.
#include <doctest/doctest.h>

#include <cstring>

#include "ops/ops.h"
#include "params.h"
#include "plan/compile.h"
#include "support/caps.h"
#include "support/sentence.h"

namespace heed {
namespace {

using params::MatmulParams;

Tensor weight(Graph& graph, const Shape& shape) {
    return graph.constant("w", shape, std::vector<float>(static_cast<size_t>(shape.elements())));
}

Plan product(const Shape& a, const Shape& b, const MatmulOptions& options, const Caps& caps) {
    Graph graph;
    graph.output("y", matmul(graph.input("x", a), weight(graph, b), options));
    return compile(graph, caps);
}

std::string kernel_of(int64_t rows, const Caps& caps) {
    return std::string(product({rows, 64}, {96, 64}, {.transpose_b = true}, caps).steps.at(0).dispatch.kernel->name);
}

MatmulParams push_of(const Dispatch& dispatch) {
    MatmulParams params;
    REQUIRE(dispatch.push.size() == sizeof params);
    std::memcpy(&params, dispatch.push.data(), sizeof params);
    return params;
}

uint32_t fours_of(const Plan& plan) {
    return plan.steps.at(0).dispatch.specialization.at(6);
}

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("matmul: few rows, few lanes and the rest have kernels of their own") {
        CHECK(kernel_of(8, tests::desktop_caps()) == "matmul_row_f32");
        CHECK(kernel_of(9, tests::desktop_caps()) == "matmul_tiled_f32");
        CHECK(kernel_of(2, tests::software_caps()) == "matmul_row_f32");
        CHECK(kernel_of(3, tests::software_caps()) == "matmul_broadcast_f32");
        CHECK(kernel_of(9, tests::minimum_caps()) == "matmul_tiled_f32");
    }

    TEST_CASE("matmul: a batch that b does not have becomes rows") {
        const Plan plan = product({4, 5, 64}, {64, 96}, {}, tests::desktop_caps());
        REQUIRE(plan.steps.size() == 1);
        CHECK(push_of(plan.steps[0].dispatch).M == 20);
        CHECK(plan.steps[0].dispatch.grid[2] == 1);
    }

    TEST_CASE("matmul: a third batch axis is a dispatch for each of its elements") {
        Graph graph;
        const Tensor a = graph.input("a", {3, 1, 2, 9, 8}), b = graph.input("b", {1, 5, 2, 8, 4});
        graph.output("y", matmul(a, b));
        const Plan plan = compile(graph, tests::desktop_caps());
        REQUIRE(plan.steps.size() == 3);
        CHECK(plan.steps[0].dispatch.grid[2] == 10);
        CHECK(push_of(plan.steps[2].dispatch).inner == 2);
    }

    TEST_CASE("matmul: a weight that no binding holds is cut by columns, in windows that bind only their part") {
        Caps caps = tests::software_caps();
        caps.max_binding_range = 1 << 20;
        for (const int64_t rows : {1, 20}) {  // [N,K] as it is; in panels
            const Plan plan = product({rows, 512}, {2000, 512}, {.transpose_b = true}, caps);
            CHECK(plan.steps.size() >= 4);
            int64_t columns = 0;
            for (const Step& step : plan.steps) {
                const MatmulParams params = push_of(step.dispatch);
                CHECK(int64_t{params.bias_offset} == columns);
                CHECK(params.b_offset == 0);
                columns += params.N;
                for (const Binding& binding : step.dispatch.bindings) {
                    CHECK(binding.size <= caps.max_binding_range);
                    CHECK(binding.offset % caps.storage_alignment == 0);
                }
            }
            CHECK(columns == 2000);
        }
    }

    TEST_CASE("matmul: rows that no binding holds are cut by rows") {
        Caps caps = tests::software_caps();
        caps.max_binding_range = 1 << 20;
        const Plan plan = product({5000, 64}, {96, 64}, {.transpose_b = true}, caps);
        int64_t rows = 0;
        for (const Step& step : plan.steps) {
            rows += push_of(step.dispatch).M;
        }
        CHECK(plan.steps.size() >= 2);
        CHECK(rows == 5000);
    }

    TEST_CASE("matmul: what cannot be cut is a sentence") {
        Caps caps = tests::software_caps();
        caps.max_binding_range = 1 << 16;
        Graph graph;
        graph.output("y", matmul(graph.input("x", {2, 512}), graph.input("w", {512, 512})));
        CHECK(tests::sentence(ErrorKind::unsupported, [&] { compile(graph, caps); }) ==
              "matmul: expected operands whose rows fit one binding of 65536 bytes, got 2x512x512 with a B that cannot be cut by columns");
    }

    TEST_CASE("matmul: four elements at a time only where every row begins at a multiple of four") {
        const Caps caps = tests::desktop_caps();
        const uint32_t all = params::kFoursA | params::kFoursB | params::kFoursC;
        CHECK(fours_of(product({20, 64}, {64, 96}, {}, caps)) == all);
        CHECK(fours_of(product({20, 63}, {63, 96}, {}, caps)) == (all & ~params::kFoursA));
        CHECK(fours_of(product({20, 64}, {64, 97}, {}, caps)) == (all & ~params::kFoursC));  // panels are padded
        CHECK(fours_of(product({2, 63}, {96, 63}, {.transpose_b = true}, caps)) == (all & ~params::kFoursA));
        Graph graph;  // a matrix that is no weight lies as it comes
        graph.output("y", matmul(graph.input("x", {2, 63}), graph.input("w", {96, 63}), {.transpose_b = true}));
        CHECK(fours_of(compile(graph, caps)) == params::kFoursC);
    }

    TEST_CASE("matmul: a turned b is read turned, and columns of a wider a where they lie") {
        Graph graph;
        const Tensor a = slice(graph.input("a", {9, 40}), 1, 8, 20);
        graph.output("y", matmul(a, permute(graph.input("b", {5, 12}), {1, 0})));
        const Plan plan = compile(graph, tests::desktop_caps());
        REQUIRE(plan.steps.size() == 1);
        CHECK(plan.steps[0].dispatch.specialization.at(2) == 1);
        CHECK(push_of(plan.steps[0].dispatch).a_row == 40);
        CHECK(push_of(plan.steps[0].dispatch).b_row == 12);
    }

    TEST_CASE("matmul: the sum may take the residual's place, unless the residual is broadcast") {
        const auto in_place = [](const Shape& shape) {
            Graph graph;
            const Tensor x = graph.input("x", {9, 40});
            graph.output("y", matmul(x, weight(graph, {40, 40}), {.residual = graph.input("r", shape)}));
            return compile(graph, tests::desktop_caps()).steps.at(0).dispatch.in_place;
        };
        CHECK(in_place({9, 40}) == 3);
        CHECK(in_place({40}) == -1);
    }

    TEST_CASE("conv2d: images that no binding holds together are computed in turns") {
        Caps caps = tests::software_caps();
        caps.max_binding_range = 1 << 20;
        Graph graph;
        graph.output("y", conv2d(graph.input("x", {7, 64, 64, 16}), weight(graph, {8, 16, 3, 3}), {.pad_y = 1, .pad_x = 1}));
        const Plan plan = compile(graph, caps);
        CHECK(plan.steps.size() == 2);
        for (const Step& step : plan.steps) {
            CHECK(step.dispatch.kernel->name == "conv2d_broadcast_f32");
            CHECK(step.dispatch.bindings[0].size <= caps.max_binding_range);
        }
    }
}

}  // namespace heed
