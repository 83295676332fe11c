// The ops that move elements: which become views, and how wide the copies of the others are.
#include "ops/copy.h"

#include <doctest/doctest.h>

#include "ops/ops.h"
#include "plan/compile.h"

namespace heed {
namespace {

// The kernels of a plan, without any pass that would do away with the copies.
std::vector<std::string> kernels_of(const Graph& graph) {
    std::vector<std::string> names;
    for (const Step& step : compile(graph, Caps{.fp16_storage = true}, {.off = {"simplify", "views"}}).steps) {
        names.emplace_back(step.dispatch.kernel->name);
    }
    return names;
}

std::string kernel_of_slice(Shape shape, DType dtype, int64_t begin, int64_t end) {
    Graph graph;
    graph.output("y", slice(graph.input("x", shape, dtype), 1, begin, end));
    const std::vector<std::string> names = kernels_of(graph);
    REQUIRE(names.size() == 1);
    return names[0];
}

// What a reshape makes of the strides of a permuted [2,3,4].
std::optional<View> reshaped(const std::vector<int>& axes, const Shape& shape) {
    Graph graph;
    const Tensor turned = permute(graph.input("x", {2, 3, 4}), axes);
    const Tensor y = reshape(turned, shape);
    const Node& permute_node = graph.node(0);
    const View below = *op_def(OpKind::permute).view(graph, permute_node, contiguous_view(permute_node.inputs[0], {2, 3, 4}));
    return op_def(OpKind::reshape).view(graph, graph.node(graph.value(y.id()).producer), below);
}

using List = std::vector<int64_t>;

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("copies move the most bytes that every run, stride and offset is a multiple of") {
        CHECK(kernel_of_slice({3, 64}, DType::f32, 8, 40) == "copy_strided_b16");
        CHECK(kernel_of_slice({3, 64}, DType::f16, 8, 40) == "copy_strided_b16");
        CHECK(kernel_of_slice({3, 64}, DType::f32, 8, 39) == "copy_strided_b4");
        CHECK(kernel_of_slice({3, 64}, DType::f16, 8, 38) == "copy_strided_b4");
        CHECK(kernel_of_slice({3, 64}, DType::f16, 4, 36) == "copy_strided_b4");
        CHECK(kernel_of_slice({3, 64}, DType::f16, 1, 9) == "copy_strided_b2");
        CHECK(kernel_of_slice({3, 63}, DType::f16, 8, 40) == "copy_strided_b2");
        CHECK(kernel_of_slice({3, 63}, DType::i32, 8, 40) == "copy_strided_b4");
    }

    TEST_CASE("concat: one copy a part") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 8});
        graph.output("y", concat({x, x, graph.input("z", {2, 3})}, 1));
        CHECK(kernels_of(graph) == std::vector<std::string>{"copy_strided_b4", "copy_strided_b4", "copy_strided_b4"});
    }

    TEST_CASE("reshape: a view where axes split, or merge in order") {
        CHECK(reshaped({0, 1, 2}, {24})->strides == List{1});
        CHECK(reshaped({0, 1, 2}, {4, 1, 3, 2})->strides == List{6, 6, 2, 1});
        CHECK(reshaped({1, 0, 2}, {3, 2, 2, 2})->strides == List{4, 12, 2, 1});
        CHECK(reshaped({2, 0, 1}, {4, 6})->strides == List{1, 4});
        CHECK(!reshaped({1, 0, 2}, {6, 4}).has_value());
        CHECK(!reshaped({2, 1, 0}, {24}).has_value());
    }

    TEST_CASE("slice and permute: views that follow their input's strides") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 3, 4});
        const Tensor y = slice(permute(x, {2, 0, 1}), 0, 1, 3);  // [2,2,3]
        const View turned = *op_def(OpKind::permute).view(graph, graph.node(0), contiguous_view(x.id(), {2, 3, 4}));
        CHECK(turned.strides == List{1, 12, 4});
        const View cut = *op_def(OpKind::slice).view(graph, graph.node(1), turned);
        CHECK(cut.offset == 1);
        CHECK(cut.shape == y.shape());
        CHECK(cut.strides == turned.strides);
    }
}

}  // namespace heed
