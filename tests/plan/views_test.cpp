#include <doctest/doctest.h>

#include "ops/ops.h"
#include "support/caps.h"
#include "support/passes.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::kernels_of;
using tests::passed;

// The ops of the nodes that became views, in order.
std::string views_in(const Graph& graph, const Caps& caps) {
    std::string out;
    const Plan plan = passed(graph, caps, {infer, views});
    for (const Node& node : plan.graph.nodes()) {
        if (node.attributes.integer("view") != 0) {
            out += (out.empty() ? "" : " ") + std::string(to_string(node.op));
        }
    }
    return out;
}

CompileOptions without(const char* pass) {
    CompileOptions options;
    options.off = {pass};
    return options;
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("views: slices of packed queries, keys and values feed the attention as strides of one tensor") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 5, 24}), w = graph.input("w", {24, 72});
        const Tensor qkv = matmul(x, w);  // [2,5,72]
        const Tensor q = slice(qkv, 2, 0, 24), k = slice(qkv, 2, 24, 48), v = slice(qkv, 2, 48, 72);
        graph.output("y", attention(q, k, v, {.heads = 3}).out);
        for (const Caps& caps : tests::all_caps()) {
            CHECK(views_in(graph, caps) == "slice slice slice");
            const Plan plan = compile(graph, caps);
            CHECK(plan.steps.size() == 2);
            Plan marked = passed(graph, caps, {infer, views});
            const Lowering lowering(marked.graph, caps, KernelChoice());
            for (const auto& [tensor, offset] : {std::pair(q, 0), {k, 24}, {v, 48}}) {
                const View view = lowering.view(tensor.id());
                CHECK(view.root == qkv.id());
                CHECK(view.offset == offset);
                CHECK(view.shape == Shape{2, 5, 24});
                CHECK(view.strides == std::vector<int64_t>{360, 72, 1});
            }
            CHECK(kernels_of(compile(graph, caps, without("views"))).find("copy_strided copy_strided copy_strided") != std::string::npos);
        }
    }

    TEST_CASE("views: a contiguous part that starts where a binding may start is bound there, another is copied") {
        const auto kernels = [](int64_t begin, const Caps& caps) {
            Graph graph;
            const Tensor a = unary(graph.input("x", {40, 8}), Activation::relu);  // rows of 32 bytes
            graph.output("y", unary(slice(a, 0, begin, begin + 4), Activation::tanh));
            return kernels_of(compile(graph, caps));
        };
        CHECK(kernels(8, tests::minimum_caps()) == "unary_flat unary_flat");  // 8 * 32 = 256
        CHECK(kernels(1, tests::minimum_caps()) == "unary_flat copy_strided unary_flat");
        CHECK(kernels(1, tests::desktop_caps()) == "unary_flat unary_flat");  // 32 is a multiple of 16
        Graph graph;
        const Tensor a = unary(graph.input("x", {40, 3}), Activation::relu);  // rows of 12 bytes
        graph.output("y", unary(slice(a, 0, 1, 5), Activation::tanh));
        CHECK(kernels_of(compile(graph, tests::desktop_caps())) == "unary_flat copy_strided unary_flat");
    }

    TEST_CASE("views: the window of a bound part is exactly its bytes") {
        Graph graph;
        const Tensor a = unary(graph.input("x", {40, 8}), Activation::relu);
        graph.output("y", unary(slice(a, 0, 8, 12), Activation::tanh));
        graph.output("rest", unary(a, Activation::tanh));
        const Plan plan = compile(graph, tests::minimum_caps());
        const Binding& binding = plan.steps[1].dispatch.bindings[0];
        CHECK(binding.value == a.id());
        CHECK(binding.offset == 256);
        CHECK(binding.size == 128);
    }

    TEST_CASE("views: one user that cannot follow makes it a copy for all") {
        Graph graph;
        const Tensor a = unary(graph.input("x", {6, 8}), Activation::relu);
        const Tensor turned = permute(a, {1, 0});  // [8,6]
        graph.output("sum", add(turned, turned));  // takes strides
        CHECK(views_in(graph, tests::desktop_caps()) == "permute");
        graph.output("tanh", unary(turned, Activation::tanh));  // does not
        CHECK(views_in(graph, tests::desktop_caps()) == "");
    }

    TEST_CASE("views: reshapes are free, also as outputs; other outputs are copied unless they are contiguous") {
        Graph graph;
        const Tensor a = unary(graph.input("x", {2, 3, 4}), Activation::relu);
        graph.output("flat", reshape(a, {24}));
        graph.output("last", slice(a, 0, 1, 2));  // [1,3,4], contiguous
        graph.output("turned", permute(a, {0, 2, 1}));
        graph.output("columns", slice(a, 2, 0, 2));
        const Plan plan = compile(graph, tests::desktop_caps());
        CHECK(kernels_of(plan) == "unary_flat copy_strided copy_strided");
        CHECK(plan.outputs[0].root == a.id());
        CHECK(plan.outputs[0].shape == Shape{24});
        CHECK(plan.outputs[1].root == a.id());
        CHECK(plan.outputs[1].offset == 48);
        CHECK(plan.outputs[1].shape == Shape{1, 3, 4});
        CHECK(plan.outputs[2].root != a.id());
        CHECK(plan.outputs[3].root != a.id());
    }

    TEST_CASE("views: an output that is a view of what the host wrote, of a weight or of a state is copied") {
        Graph graph;
        graph.output("input", reshape(graph.input("x", {2, 3}), {6}));
        graph.output("weight", reshape(graph.constant("w", {2, 1}, {1, 2}), {2}));
        graph.output("state", reshape(graph.state("s", {2, 3}), {6}));
        const Plan plan = compile(graph, tests::desktop_caps());
        CHECK(kernels_of(plan) == "copy_strided copy_strided copy_strided");
    }

    TEST_CASE("views: a view of a view, through an update in place, ends at the state itself") {
        Graph graph;
        const Tensor cache = graph.state("cache", {1, 16, 8});
        const Tensor now = cache_write(cache, graph.input("rows", {1, 1, 8}), graph.dynamic("at", {1}));
        const Tensor k = slice(reshape(now, {1, 16, 8}), 1, 0, 8);
        graph.output("y", attention(graph.input("q", {1, 1, 8}), k, k, {.heads = 1}).out);
        Plan plan = passed(graph, tests::desktop_caps(), {infer, views});
        const KernelChoice choice;
        const Lowering lowering(plan.graph, tests::desktop_caps(), choice);
        CHECK(lowering.view(k.id()).root == cache.id());
        CHECK(views_in(graph, tests::desktop_caps()) == "reshape slice");
    }

    TEST_CASE("views: what a state held before its update is copied before the update") {
        const auto kernels = [](bool update_between) {
            Graph graph;
            const Tensor cache = graph.state("cache", {1, 16, 8}), rows = graph.input("rows", {1, 1, 8}), at = graph.dynamic("at", {1});
            const Tensor before = reshape(slice(cache, 1, 0, 8), {8, 8});
            if (update_between) {
                cache_write(cache, rows, at);
            }
            graph.output("y", unary(before, Activation::tanh));
            if (!update_between) {
                cache_write(cache, rows, at);
            }
            return kernels_of(compile(graph, tests::desktop_caps()));
        };
        CHECK(kernels(false) == "unary_flat cache_write_flat");
        CHECK(kernels(true) == "copy_strided cache_write_flat unary_flat");
    }

    TEST_CASE("views: dynamic numbers under another shape are found where they lie, with the pass and without") {
        Graph graph;
        const Tensor table = graph.input("table", {9, 4});
        graph.output("rows", embedding(table, reshape(graph.dynamic("ids", {6}), {2, 3})));  // [2,3,4]
        for (const Caps& caps : tests::all_caps()) {
            CHECK(kernels_of(compile(graph, caps)) == "embedding_fours");
            CHECK(kernels_of(compile(graph, caps, without("views"))) == "copy_strided embedding_fours");
        }
    }
}

}  // namespace heed
