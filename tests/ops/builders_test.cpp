// What builders say when their inputs contradict each other: one sentence a rule, with the two things that disagree.
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
    Tensor x = graph.input("x", {2, 3});
    Tensor half = graph.input("half", {2, 3}, DType::f16);
    Tensor ids = graph.input("ids", {4}, DType::i32);
    Tensor image = graph.input("image", {1, 5, 6, 2});
};

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("builders: an absent tensor is named") {
        Inputs in;
        CHECK(bad_input([&] { unary({}, Activation::relu); }) == "relu: expected a tensor for x, got none");
        CHECK(bad_input([&] { add(in.x, {}); }) == "add: expected a tensor for b, got none");
        CHECK(bad_input([&] { add({}, in.x); }) == "add: expected a tensor for a, got none");
        CHECK(bad_input([&] { embedding({}, in.ids); }) == "embedding: expected a tensor for the table, got none");
        CHECK(bad_input([&] { embedding(in.x, {}); }) == "embedding: expected a tensor for the ids, got none");
        CHECK(bad_input([&] { concat({in.x, {}}, 0); }) == "concat: expected a tensor for every part, got none");
        CHECK(bad_input([&] { concat({}, 0); }) == "concat: expected at least one part, got none");
        CHECK(bad_input([&] { slice({}, 0, 0, 1); }) == "slice: expected a tensor for x, got none");
        CHECK(bad_input([&] { permute({}, {}); }) == "permute: expected a tensor for x, got none");
        CHECK(bad_input([&] { reshape({}, {1}); }) == "reshape: expected a tensor for x, got none");
        CHECK(bad_input([&] { reshape({}, Shape{1}); }) == "reshape: expected a tensor for x, got none");
        CHECK(bad_input([&] { cast({}, DType::f16); }) == "cast: expected a tensor for x, got none");
        CHECK(bad_input([&] { reduce({}, 0, ReduceKind::max); }) == "max: expected a tensor for x, got none");
        CHECK(bad_input([&] { argmax({}); }) == "argmax: expected a tensor for x, got none");
        CHECK(bad_input([&] { top_k({}, 1); }) == "top_k: expected a tensor for x, got none");
        CHECK(bad_input([&] { max_pool({}); }) == "max_pool: expected a tensor for x, got none");
        CHECK(bad_input([&] { cache_write(in.x, in.x, {}); }) == "cache_write: expected a tensor for the starts, got none");
    }

    TEST_CASE("builders: arithmetic wants floats of one dtype in shapes that broadcast") {
        Inputs in;
        CHECK(bad_input([&] { unary(in.ids, Activation::gelu); }) == "gelu: expected f32 or f16 for x, got i32[4]");
        CHECK(bad_input([&] { multiply(in.x, in.ids); }) == "multiply: expected f32 or f16 for b, got i32[4]");
        CHECK(bad_input([&] { add(in.x, in.half); }) == "add: expected operands of one dtype, got f32[2,3] and f16[2,3]");
        CHECK(bad_input([&] { binary(in.x, in.image, BinaryKind::divide); }) ==
              "divide: expected sizes that are equal or 1, got [2,3] and [1,5,6,2]");
        CHECK(add(in.x, in.graph.input("column", {7, 1, 1})).shape() == Shape{7, 2, 3});
        CHECK(unary(in.x, Activation::none).id() == in.x.id());
    }

    TEST_CASE("builders: tensors of two graphs do not meet") {
        Inputs in, other;
        CHECK(bad_input([&] { add(in.x, other.x); }) == "binary: expected all inputs from one graph, got tensors of two");
    }

    TEST_CASE("builders: embedding") {
        Inputs in;
        CHECK(bad_input([&] { embedding(in.ids, in.ids); }) == "embedding: expected f32 or f16 for the table, got i32[4]");
        CHECK(bad_input([&] { embedding(in.image, in.ids); }) == "embedding: expected 2 axes for the table, got [1,5,6,2]");
        CHECK(bad_input([&] { embedding(in.x, in.x); }) == "embedding: expected i32 for the ids, got f32[2,3]");
        const Tensor deep = in.graph.input("deep", {1, 1, 1, 1, 1, 1, 1, 2}, DType::i32);
        CHECK(bad_input([&] { embedding(in.x, deep); }) == "embedding: expected ids of at most 7 axes, got [1,1,1,1,1,1,1,2]");
        CHECK(embedding(in.half, in.ids).shape() == Shape{4, 3});
        CHECK(embedding(in.half, in.ids).dtype() == DType::f16);
    }

    TEST_CASE("builders: concat, slice, permute, reshape, cast") {
        Inputs in;
        const Tensor wide = in.graph.input("wide", {2, 5});
        CHECK(bad_input([&] { concat({in.x, wide}, 0); }) == "concat: expected parts that differ in axis 0 only, got [2,3] and [2,5]");
        CHECK(bad_input([&] {
                  concat({in.x, in.image}, 0);
              }) == "concat: expected parts that differ in axis 0 only, got [2,3] and [1,5,6,2]");
        CHECK(bad_input([&] { concat({in.x, in.half}, 0); }) == "concat: expected parts of one dtype, got f32[2,3] and f16[2,3]");
        CHECK(bad_input([&] { concat({in.x, in.x}, 2); }) == "concat: expected an axis of [2,3], got axis 2");
        CHECK(concat({in.x, wide}, -1).shape() == Shape{2, 8});
        CHECK(bad_input([&] { slice(in.x, 2, 0, 1); }) == "slice: expected an axis of [2,3], got axis 2");
        CHECK(bad_input([&] { slice(in.x, 1, 1, 4); }) ==
              "slice: expected 0 <= begin < end <= 3 on axis 1 of [2,3], got begin 1 and end 4");
        CHECK(bad_input([&] { slice(in.x, -1, 2, 2); }) ==
              "slice: expected 0 <= begin < end <= 3 on axis 1 of [2,3], got begin 2 and end 2");
        CHECK(bad_input([&] { permute(in.x, {0}); }) == "permute: expected 2 axes for [2,3], got 1");
        CHECK(bad_input([&] { permute(in.x, {1, -1}); }) == "permute: expected every axis of [2,3] once, got axis 1 twice");
        CHECK(bad_input([&] { permute(in.x, {0, 2}); }) == "permute: expected an axis of [2,3], got axis 2");
        CHECK(bad_input([&] { reshape(in.x, {4}); }) == "reshape: expected a shape of 6 elements like [2,3], got [4]");
        CHECK(bad_input([&] { reshape(in.x, {0, 0}); }) == "reshape: expected at most one size written as 0, got a second");
        CHECK(bad_input([&] {
                  reshape(in.x, {4, 0});
              }) == "reshape: expected sizes that divide the 6 elements of [2,3], got a product of 4");
        CHECK(bad_input([&] { reshape(in.x, {-1, 6}); }) == "shape: every size is at least 1, got -1 for axis 0");
        CHECK(reshape(in.image, {5, 0, 3}).shape() == Shape{5, 4, 3});
        CHECK(bad_input([&] { cast(in.x, DType::i32); }) == "cast: expected to cast to f32 or f16, got i32");
        CHECK(bad_input([&] { cast(in.ids, DType::f16); }) == "cast: expected i32[4] to be cast to f32, got f16");
        CHECK(cast(in.half, DType::f16).id() == in.half.id());
    }

    TEST_CASE("builders: cache_write") {
        Inputs in;
        const Tensor cache = in.graph.state("cache", {2, 8, 3});
        const Tensor rows = in.graph.input("rows", {2, 1, 3});
        const Tensor starts = in.graph.dynamic("starts", {2});
        CHECK(bad_input([&] { cache_write(in.x, rows, starts); }) ==
              "cache_write: expected a state to write into, got f32[2,3] that no run keeps");
        CHECK(bad_input([&] { cache_write(in.graph.state("flat", {2}), rows, starts); }) ==
              "cache_write: expected 2 or 3 axes for the cache, got [2]");
        CHECK(bad_input([&] {
                  cache_write(in.graph.state("table", {2, 3}), rows, starts);
              }) == "cache_write: expected 2 axes for the rows, got [2,1,3]");
        CHECK(bad_input([&] { cache_write(cache, in.x, starts); }) == "cache_write: expected 3 axes for the rows, got [2,3]");
        CHECK(bad_input([&] { cache_write(cache, cast(rows, DType::f16), starts); }) ==
              "cache_write: expected rows of the cache's dtype f32, got f16");
        CHECK(bad_input([&] {
                  cache_write(cache, in.graph.input("narrow", {2, 1, 2}), starts);
              }) == "cache_write: expected rows like those of the cache, for all of its batch or less, got [2,1,2] for a cache of [2,8,3]");
        CHECK(bad_input([&] { cache_write(cache, rows, in.ids); }) == "cache_write: expected a dynamic [2] of starts, got i32[4]");
        const Tensor updated = cache_write(cache, rows, starts);
        CHECK(cache_write(updated, rows, starts).shape() == Shape{2, 8, 3});  // an update of an update
    }

    TEST_CASE("builders: reduce, argmax, top_k") {
        Inputs in;
        CHECK(bad_input([&] { reduce(in.x, 2, ReduceKind::sum); }) == "sum: expected an axis of [2,3], got axis 2");
        CHECK(bad_input([&] { reduce(in.ids, 0, ReduceKind::mean); }) == "mean: expected f32 or f16 for x, got i32[4]");
        CHECK(reduce(in.image, -2, ReduceKind::min).shape() == Shape{1, 5, 2});
        CHECK(bad_input([&] { argmax(in.ids); }) == "argmax: expected f32 or f16 for x, got i32[4]");
        CHECK(bad_input([&] { argmax(in.graph.input("scalar", {})); }) == "argmax: expected at least one axis, got a scalar");
        CHECK(argmax(in.x).dtype() == DType::i32);
        CHECK(bad_input([&] { top_k(in.x, 4); }) == "top_k: expected k from 1 to 3 for [2,3], got 4");
        CHECK(bad_input([&] { top_k(in.x, 0); }) == "top_k: expected k from 1 to 3 for [2,3], got 0");
        CHECK(bad_input([&] { top_k(in.graph.input("long", {100}), 65); }) == "top_k: expected k from 1 to 64 for [100], got 65");
        CHECK(bad_input([&] { top_k(in.ids, 1); }) == "top_k: expected f32 or f16 for x, got i32[4]");
        CHECK(bad_input([&] { top_k(in.graph.input("number", {}), 1); }) == "top_k: expected at least one axis, got a scalar");
    }

    TEST_CASE("builders: max_pool") {
        Inputs in;
        CHECK(bad_input([&] { max_pool(in.x); }) == "max_pool: expected 4 axes for x [B,H,W,C], got [2,3]");
        CHECK(bad_input([&] { max_pool(in.image, {.size_y = 0}); }) ==
              "max_pool: expected a size and a stride of at least 1, got size_y 0 and stride_y 2");
        CHECK(bad_input([&] { max_pool(in.image, {.stride_x = 0}); }) ==
              "max_pool: expected a size and a stride of at least 1, got size_x 2 and stride_x 0");
        CHECK(bad_input([&] { max_pool(in.image, {.pad_x = 2}); }) == "max_pool: expected pad_x from 0 to half of the size 2, got 2");
        CHECK(bad_input([&] { max_pool(in.image, {.size_y = 6}); }) ==
              "max_pool: expected a window that fits axis 1 of [1,5,6,2] with pad_y 0, got size_y 6");
        CHECK(max_pool(in.image, {.size_y = 3, .size_x = 3, .pad_y = 1, .pad_x = 1}).shape() == Shape{1, 3, 3, 2});
    }
}

}  // namespace heed
