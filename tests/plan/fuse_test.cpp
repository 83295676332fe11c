#include <doctest/doctest.h>

#include "ops/ops.h"
#include "support/caps.h"
#include "support/passes.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::ops_of;
using tests::passed;

const Caps kCaps = tests::desktop_caps();

Graph fused(const Graph& graph) {
    return std::move(passed(graph, kCaps, {infer, fuse, infer}).graph);  // whose nodes still infer what their values say
}

struct Layer {
    Graph graph;
    Tensor x = graph.input("x", {2, 5, 8}), w = graph.input("w", {8, 6}), bias = graph.input("bias", {6});
    Tensor same = graph.input("same", {2, 5, 6});
    Tensor product = matmul(x, w);  // [2,5,6]

    // The ops left when `y` is the only output.
    std::string left(Tensor y) {
        graph.output("y", y);
        return ops_of(fused(graph));
    }
};

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("fuse: bias, activation and residual go into the matmul, which stands where the last of them stood") {
        Layer layer;
        const Tensor y = add(layer.same, unary(add(layer.product, layer.bias), Activation::gelu));
        layer.graph.output("y", y);
        const Graph after = fused(layer.graph);
        REQUIRE(ops_of(after) == "matmul");
        const Node& node = after.node(0);
        CHECK(node.inputs == std::vector<ValueId>{layer.x.id(), layer.w.id(), layer.bias.id(), layer.same.id()});
        CHECK(node.attributes.integer("activation") == static_cast<int64_t>(Activation::gelu));
        CHECK(node.outputs == std::vector<ValueId>{y.id()});
        CHECK(after.value(y.id()).producer == 0);
    }

    TEST_CASE("fuse: every activation, and whichever side of the sum the product is on") {
        for (Activation activation :
             {Activation::relu, Activation::gelu, Activation::gelu_tanh, Activation::silu, Activation::tanh, Activation::exp}) {
            Layer layer;
            CHECK(layer.left(unary(layer.product, activation)) == "matmul");
        }
        Layer left, right, other;
        CHECK(left.left(add(left.product, left.bias)) == "matmul");
        CHECK(right.left(add(right.bias, right.product)) == "matmul");
        CHECK(other.left(add(other.product, other.same)) == "matmul");
    }

    TEST_CASE("fuse: the kernel's order is bias, activation, residual, and no other") {
        Layer residual_first, activation_first, twice, two_residuals;
        CHECK(residual_first.left(unary(add(residual_first.product, residual_first.same), Activation::relu)) == "matmul unary");
        CHECK(activation_first.left(add(unary(activation_first.product, Activation::relu), activation_first.bias)) == "matmul binary");
        CHECK(twice.left(unary(unary(twice.product, Activation::relu), Activation::tanh)) == "matmul unary");
        CHECK(two_residuals.left(add(add(two_residuals.product, two_residuals.same), two_residuals.same)) == "matmul binary");
    }

    TEST_CASE("fuse: a second bias is a residual only where the shapes are the same") {
        Layer layer;
        CHECK(layer.left(add(add(layer.product, layer.bias), layer.bias)) == "matmul binary");
        Layer row;
        const Tensor one = matmul(row.graph.input("row", {6, 8}), row.w), square = row.graph.input("square", {6, 6});
        CHECK(row.left(add(add(one, row.bias), square)) == "matmul");
    }

    TEST_CASE("fuse: an output stays visible") {
        Layer layer;
        layer.graph.output("product", layer.product);
        CHECK(layer.left(unary(layer.product, Activation::relu)) == "matmul unary");
        Layer biased;
        const Tensor sum = add(biased.product, biased.bias);
        biased.graph.output("sum", sum);
        CHECK(biased.left(unary(sum, Activation::relu)) == "matmul unary");
    }

    TEST_CASE("fuse: what several nodes use is computed once, on its own") {
        Layer layer;
        const Tensor squashed = unary(layer.product, Activation::tanh);
        CHECK(layer.left(add(squashed, layer.product)) == "matmul unary binary");
        Layer itself;
        CHECK(itself.left(add(itself.product, itself.product)) == "matmul binary");
    }

    TEST_CASE("fuse: sums that stretch the product, other arithmetic and other dtypes stay") {
        Layer stretched, product, wide;
        const Tensor column = stretched.graph.input("column", {2, 5, 1}), tall = stretched.graph.input("tall", {3, 1, 1, 1});
        CHECK(stretched.left(add(add(stretched.product, column), tall)) == "matmul binary binary");
        CHECK(product.left(multiply(product.product, product.same)) == "matmul binary");
        const Tensor one_column = matmul(wide.x, wide.graph.input("v", {8, 1}));  // [2,5,1]
        CHECK(wide.left(add(one_column, wide.bias)) == "matmul binary");
    }

    TEST_CASE("fuse: no bias into packed heads, whose columns are not the matmul's own") {
        Graph graph;
        const Tensor scores = graph.input("scores", {2, 3, 5, 7}), v = graph.input("v", {2, 7, 12}), bias = graph.input("bias", {12});
        const Tensor out = matmul(scores, v, {.heads = 3, .b_packed = true, .out_packed = true});  // [2,5,12]
        graph.output("y", add(out, bias));
        CHECK(ops_of(fused(graph)) == "matmul binary");
    }

    TEST_CASE("fuse: the residual of a layer norm is added by the norm, which hands the sum on") {
        Graph graph;
        const Tensor a = graph.input("a", {2, 5, 8}), b = graph.input("b", {2, 5, 8});
        const Tensor sum = add(a, b), normed = layer_norm(sum).normed;
        const Tensor later = add(normed, sum);
        graph.output("y", later);
        const Graph after = fused(graph);
        REQUIRE(ops_of(after) == "layer_norm binary");
        CHECK(after.node(0).inputs[0] == a.id());
        CHECK(after.node(0).inputs[1] == b.id());
        REQUIRE(after.node(0).outputs.size() == 2);
        CHECK(after.node(0).outputs[0] == normed.id());
        CHECK(after.node(1).inputs == std::vector<ValueId>{normed.id(), after.node(0).outputs[1]});
    }

    TEST_CASE("fuse: a sum stays apart when it is an output, is needed before the norm, stretches, or is the norm's gamma too") {
        const auto left = [](bool is_output, bool needed_before, bool stretches) {
            Graph graph;
            const Tensor a = graph.input("a", {2, 5, 8}), b = graph.input("b", stretches ? Shape{8} : Shape{2, 5, 8});
            const Tensor sum = add(a, b);
            const Tensor before = needed_before ? unary(sum, Activation::tanh) : a;
            graph.output("y", add(layer_norm(sum).normed, before));
            if (is_output) {
                graph.output("sum", sum);
            }
            return ops_of(fused(graph));
        };
        CHECK(left(false, false, false) == "layer_norm binary");
        CHECK(left(true, false, false) == "binary layer_norm binary");
        CHECK(left(false, true, false) == "binary unary layer_norm binary");
        CHECK(left(false, false, true) == "binary layer_norm binary");
        Graph graph;
        const Tensor sum = add(graph.input("a", {8}), graph.input("b", {8}));
        graph.output("y", layer_norm(sum, {.gamma = sum}).normed);
        CHECK(ops_of(fused(graph)) == "binary layer_norm");
    }

    TEST_CASE("fuse: a softmax that is an output stays visible") {
        Graph graph;
        const Tensor scores = matmul(graph.input("q", {1, 4, 8}), graph.input("k", {1, 4, 8}), {.transpose_b = true});
        const Tensor weights = softmax(scores);
        graph.output("weights", weights);
        graph.output("y", matmul(weights, graph.input("v", {1, 4, 8})));
        const Plan plan = compile(graph, kCaps);
        CHECK(ops_of(plan.graph) == "matmul softmax matmul");
    }

    TEST_CASE("fuse: nothing moves past the update of what it reads") {
        const auto left = [](bool update_between) {
            Graph graph;
            const Tensor state = graph.state("state", {1, 4, 8}), rows = graph.input("rows", {1, 1, 8}), at = graph.dynamic("at", {1});
            const Tensor product = matmul(state, graph.input("w", {8, 8}));
            const Tensor sum = add(state, graph.input("b", {1, 4, 8}));
            if (update_between) {
                cache_write(state, rows, at);
            }
            graph.output("y", unary(product, Activation::relu));
            graph.output("z", layer_norm(sum).normed);
            if (!update_between) {
                cache_write(state, rows, at);
            }
            return ops_of(fused(graph));
        };
        CHECK(left(false) == "matmul layer_norm cache_write");
        CHECK(left(true) == "matmul binary cache_write unary layer_norm");
    }
}

}  // namespace heed
