// What matmul and conv2d say when their inputs contradict each other: one sentence a rule.
#include <doctest/doctest.h>

#include "ops/ops.h"
#include "support/sentence.h"

namespace heed {
namespace {

template <typename Call>
std::string bad_input(Call&& call) {
    return tests::sentence(ErrorKind::bad_input, call);
}

struct Inputs {
    Graph graph;
    Tensor a = graph.input("a", {2, 3, 8});
    Tensor b = graph.input("b", {8, 5});
    Tensor half = graph.input("half", {2, 3, 8}, DType::f16);
    Tensor ids = graph.input("ids", {8, 5}, DType::i32);
    Tensor vector = graph.input("vector", {8});
    Tensor image = graph.input("image", {1, 9, 7, 3});
    Tensor weight = graph.input("weight", {4, 3, 3, 3});
};

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("builders: matmul, operands") {
        Inputs in;
        CHECK(bad_input([&] { matmul({}, in.b); }) == "matmul: expected a tensor for a, got none");
        CHECK(bad_input([&] { matmul(in.a, {}); }) == "matmul: expected a tensor for b, got none");
        CHECK(bad_input([&] { matmul(in.ids, in.b); }) == "matmul: expected f32 or f16 for a, got i32[8,5]");
        CHECK(bad_input([&] { matmul(in.a, in.ids); }) == "matmul: expected f32 or f16 for b, got i32[8,5]");
        CHECK(bad_input([&] { matmul(in.half, in.b); }) == "matmul: expected b in f16 or in a's f16, got f32[8,5]");
        CHECK(bad_input([&] { matmul(in.vector, in.b); }) == "matmul: expected at least 2 axes for a, got [8]");
        CHECK(bad_input([&] { matmul(in.a, in.vector); }) == "matmul: expected at least 2 axes for b, got [8]");
        CHECK(bad_input([&] { matmul(in.b, in.b); }) == "matmul: expected as many columns of a as rows of b, got [8,5] and [8,5]");
        CHECK(bad_input([&] { matmul(in.a, in.b, {.transpose_b = true}); }) ==
              "matmul: expected as many columns of a as columns of b, got [2,3,8] and [8,5] transposed");
        CHECK(bad_input([&] {
                  matmul(in.a, in.graph.input("batched", {3, 8, 5}));
              }) == "matmul: expected batch axes that are equal or 1, got [2,3,8] and [3,8,5]");
        CHECK(matmul(in.a, in.b).shape() == Shape{2, 3, 5});
    }

    TEST_CASE("builders: matmul, packed heads") {
        Inputs in;
        CHECK(bad_input([&] { matmul(in.a, in.b, {.heads = 3, .a_packed = true}); }) ==
              "matmul: expected a of [B,T,heads*D] with heads=3, got [2,3,8]");
        CHECK(bad_input([&] { matmul(in.a, in.b, {.heads = 4, .out_packed = true}); }) ==
              "matmul: expected batch axes [B,4] to pack 4 heads of the output, got [2]");
        const Tensor scores = matmul(in.a, in.a, {.transpose_b = true, .heads = 4, .a_packed = true, .b_packed = true});
        CHECK(scores.shape() == Shape{2, 4, 3, 3});
        CHECK(matmul(scores, in.a, {.heads = 4, .b_packed = true, .out_packed = true}).shape() == Shape{2, 3, 8});
    }

    TEST_CASE("builders: matmul, bias and residual") {
        Inputs in;
        CHECK(bad_input([&] { matmul(in.a, in.b, {.bias = in.vector}); }) == "matmul: expected a bias of [5], got [8]");
        CHECK(bad_input([&] { matmul(in.a, in.b, {.bias = in.graph.input("half bias", {5}, DType::f16)}); }) ==
              "matmul: expected f32 for the bias, got f16[5]");
        CHECK(bad_input([&] { matmul(in.a, in.b, {.residual = in.b}); }) ==
              "matmul: expected a residual of [2,3,5] or without leading axes of it, got [8,5]");
        CHECK(bad_input([&] { matmul(in.a, in.b, {.residual = in.half}); }) == "matmul: expected f32 for the residual, got f16[2,3,8]");
        CHECK(matmul(in.a, in.b, {.residual = in.graph.input("rows", {3, 5})}).shape() == Shape{2, 3, 5});
    }

    TEST_CASE("builders: conv2d") {
        Inputs in;
        CHECK(bad_input([&] { conv2d({}, in.weight); }) == "conv2d: expected a tensor for x, got none");
        CHECK(bad_input([&] { conv2d(in.image, {}); }) == "conv2d: expected a tensor for the weight, got none");
        CHECK(bad_input([&] { conv2d(in.ids, in.weight); }) == "conv2d: expected f32 or f16 for x, got i32[8,5]");
        CHECK(bad_input([&] { conv2d(in.image, in.ids); }) == "conv2d: expected f32 or f16 for the weight, got i32[8,5]");
        CHECK(bad_input([&] { conv2d(in.a, in.weight); }) == "conv2d: expected 4 axes for x [B,H,W,C], got [2,3,8]");
        CHECK(bad_input([&] { conv2d(in.image, in.image); }) == "conv2d: expected a weight of [O,3,kh,kw] for x [1,9,7,3], got [1,9,7,3]");
        CHECK(bad_input([&] { conv2d(cast(in.image, DType::f16), in.weight); }) ==
              "conv2d: expected the weight in f16 or in x's f16, got f32[4,3,3,3]");
        CHECK(bad_input([&] { conv2d(in.image, in.weight, {.bias = in.vector}); }) == "conv2d: expected a bias of [4], got [8]");
        CHECK(bad_input([&] { conv2d(in.image, in.weight, {.bias = in.graph.input("half bias", {4}, DType::f16)}); }) ==
              "conv2d: expected f32 for the bias, got f16[4]");
        CHECK(bad_input([&] { conv2d(in.image, in.weight, {.stride_y = 0}); }) ==
              "conv2d: expected a stride and a dilation of at least 1 and no negative pad, got stride_y 0, dilation_y 1, pad_y 0");
        CHECK(bad_input([&] { conv2d(in.image, in.weight, {.dilation_x = 4}); }) ==
              "conv2d: expected a kernel that fits axis 2 of [1,9,7,3] with pad_x 0, got one that spans 9");
        CHECK(conv2d(in.image, in.weight, {.stride_y = 2, .pad_x = 1}).shape() == Shape{1, 4, 7, 4});
    }
}

}  // namespace heed
